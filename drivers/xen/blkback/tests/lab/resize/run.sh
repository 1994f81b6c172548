# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# A file behind a loop device grows, and the guest sees it at once.

. /test/common/disks.sh
. /test/common/counters.sh

guest_size_is() {
	guest_exec u1 "[ \"\$(blockdev --getsize64 /dev/xvda)\" = $1 ]"
}

# grow BYTES: the file, then the loop device, as an administrator does it.
grow() {
	backend_exec "truncate -s $1 /root/image && losetup -c $loop"
}

backend_exec 'truncate -s 16777216 /root/image && modprobe loop'
loop=$(backend_exec 'losetup -f --show /root/image')
disk_attach u1 xvda "$loop"
check "the guest sees 16 MB" guest_size_is 16777216
check "a file system is made" guest_exec u1 'mkfs.ext4 -q -F /dev/xvda && mount /dev/xvda /mnt &&
	head -c 4m /dev/urandom > /mnt/before && sha256sum /mnt/before > /sum'

guest_exec -t 90 u1 'fio --name=x --filename=/mnt/fio --rw=randrw --bs=4k --size=4m \
	--direct=1 --ioengine=libaio --iodepth=16 --verify=crc32c --loops=4 --minimal' \
	> /tmp/fio.log 2>&1 &
grow 33554432
check "the guest sees 32 MB while it works" wait_until 10 guest_size_is 33554432
check "what it does meanwhile is right" wait $!
check "the file system grows" guest_exec u1 'resize2fs /dev/xvda &&
	head -c 20m /dev/urandom > /mnt/behind && sync && sha256sum /mnt/behind >> /sum'
check "all of it is there" guest_exec u1 'umount /mnt && e2fsck -f -n /dev/xvda &&
	mount /dev/xvda /mnt && sha256sum -c /sum && umount /mnt'
check "both sides see the same disk" same_data u1 xvda "$loop"
check "no request failed" no_errors u1 xvda

grow 8388608
check "the guest sees 8 MB" wait_until 10 guest_size_is 8388608
check "there is nothing behind them" refuses guest_exec u1 \
	'dd if=/dev/xvda of=/dev/null bs=1M skip=8 count=1 iflag=direct 2>/dev/null | grep -q .'
disk_detach u1 xvda
disk_attach u1 xvda "$loop"
check "it is that size when it comes back" guest_size_is 8388608
disk_detach u1 xvda
backend_exec "losetup -d $loop"
check "the kernel log is clean" dmesg_check
