# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Discards of a real guest: offered, bounded, in the right place.

. /test/common/disks.sh
. /test/common/counters.sh

discards() {
	backend_exec "cat /sys/bus/xen-backend/devices/$(vbd u1 "$1")/statistics/ds_req"
}

# range_sum DEVICE FIRST_MB MB: of a part of the disk.
range_sum() {
	backend_exec "blockdev --flushbufs $1; dd if=$1 bs=1M skip=$2 count=$3 2>/dev/null | sha256sum"
}

zero_sum() {
	dd if=/dev/zero bs=1M count="$1" 2>/dev/null | sha256sum
}

guest_limit() {
	guest_exec u1 "cat /sys/block/$1/queue/$2"
}

test_ranges() {
	local before behind inside

	null_disk nullbd size=32 discard=1 irqmode=2 completion_nsec=100000
	backend_exec 'head -c 32m /dev/urandom > /dev/nullbd'
	before=$(range_sum /dev/nullbd 0 4)
	behind=$(range_sum /dev/nullbd 20 12)
	# Several pieces, so that there is something between them.
	backend_exec 'echo 1024 > /sys/module/xen_blkback/parameters/discard_piece_kb'
	disk_attach u1 xvda /dev/nullbd
	check "the guest is told" [ "$(guest_limit xvda discard_max_bytes)" -gt 0 ]
	check "the guest discards" guest_exec u1 'blkdiscard -o 4194304 -l 16777216 /dev/xvda'
	check "it is counted" [ "$(discards xvda)" -gt 0 ]
	check "the range is gone" [ "$(range_sum /dev/nullbd 4 16)" = "$(zero_sum 16)" ]
	check "what is before it is there" [ "$(range_sum /dev/nullbd 0 4)" = "$before" ]
	check "what is behind it is there" [ "$(range_sum /dev/nullbd 20 12)" = "$behind" ]
	check "reads, writes and discards at once" guest_exec -t 90 u1 'fio \
		--filename=/dev/xvda --direct=1 --ioengine=libaio --iodepth=8 --minimal \
		--name=rw --rw=randrw --bs=8k --size=2m --verify=crc32c --verify_fatal=1 \
		--name=trim --rw=trim --bs=2m --offset=8m --size=16m --loops=3 --ioengine=psync'
	inside=$(range_sum /dev/nullbd 8 16)
	check "all of that range is gone" [ "$inside" = "$(zero_sum 16)" ]
	check "no request failed" no_errors u1 xvda
	disk_detach u1 xvda
}

test_fstrim() {
	local before

	disk_attach u1 xvda /dev/nullbd
	before=$(discards xvda)
	check "ext4: fstrim" guest_exec u1 'mkfs.ext4 -q -F -E nodiscard /dev/xvda &&
		mount /dev/xvda /mnt && head -c 8m /dev/urandom > /mnt/a &&
		head -c 4m /dev/urandom > /mnt/b && sync && sha256sum /mnt/b > /sum &&
		rm /mnt/a && sync && fstrim -v /mnt && umount /mnt'
	check "ext4: it came as discards" [ "$(discards xvda)" -gt "$before" ]
	check "ext4: what is left is sound" guest_exec u1 'e2fsck -f -n /dev/xvda &&
		mount /dev/xvda /mnt && sha256sum -c /sum && umount /mnt'
	check "ext4: no request failed" no_errors u1 xvda
	disk_detach u1 xvda
	null_disk_gone nullbd
}

blocks() {
	backend_exec 'stat -c %b /root/image'
}

# A file through a loop device: holes.
test_loop() {
	local before

	backend_exec 'head -c 8m /dev/urandom > /root/image'
	before=$(blocks)
	disk_attach u1 xvdb /root/image
	check "file: the guest discards" guest_exec u1 'blkdiscard -o 0 -l 4194304 /dev/xvdb'
	backend_exec sync
	check "file: it is smaller now" [ "$(blocks)" -le $((before / 2 + 16)) ]
	disk_detach u1 xvdb
}

test_forbidden() {
	backend_exec 'head -c 8m /dev/urandom > /root/image'
	disk_attach u1 xvdb /root/image no-discard
	check "forbidden: the guest is told" [ "$(guest_limit xvdb discard_max_bytes)" = 0 ]
	check "forbidden: it cannot" refuses guest_exec u1 'blkdiscard /dev/xvdb'
	disk_detach u1 xvdb
}

test_ranges
test_fstrim
test_loop
test_forbidden
check "the kernel log is clean" dmesg_check
