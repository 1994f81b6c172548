# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# A file system on a disk of ours, once over each way of the data.

. /test/common/disks.sh
. /test/common/counters.sh

disk=/dev/ram0
type=${FILESYSTEM:-ext4}

case $type in
ext4)
	megabytes=16
	make='mkfs.ext4 -q -F /dev/xvda'
	sound='e2fsck -f -n'
	;;
xfs)
	megabytes=32
	# It would refuse so small a disk, but for its own tests.
	make='TEST_DIR=1 TEST_DEV=1 QA_CHECK_FS=1 mkfs.xfs -q -f /dev/xvda'
	sound='xfs_repair -n'
	;;
esac

# Files of many sizes, with their checksums, and then nothing but data until
# the file system is full.
fill='
	mount /dev/xvda /mnt && mkdir /mnt/files && cd /mnt/files || exit 1
	for size in 1 511 4096 4097 70000 1000000 5000000; do
		head -c $size /dev/urandom > $size || exit 1
	done
	sha256sum * > ../sums || exit 1
	! cat /dev/zero > ../filler 2>/dev/null || exit 1
	[ "$(stat -c %s ../filler)" -gt 4000000 ] || exit 1
	rm ../filler'

# From the disk and not from the cache.
reread='
	cd / && umount /mnt && mount /dev/xvda /mnt && cd /mnt/files || exit 1
	sha256sum -c ../sums || exit 1
	cd / && umount /mnt'

verify_detached() {
	backend_exec "blockdev --flushbufs $disk; mount -o ro $disk /mnt && cd /mnt/files &&
		sha256sum -c ../sums && [ \$(ls | wc -l) = 7 ]; status=\$?
		cd /; umount /mnt; exit \$status"
}

one_path() {
	local path=$1

	path_force "$path"
	disk_attach u1 xvda $disk
	check "$path: mkfs.$type" guest_exec u1 "$make"
	check "$path: the guest fills it" guest_exec u1 "$fill"
	check "$path: the guest reads back what it wrote" guest_exec u1 "$reread"
	check "$path: it is sound, says the guest" guest_exec u1 "$sound /dev/xvda"
	check "$path: both sides see the same disk" same_data u1 xvda $disk
	check "$path: every request went this way" path_taken u1 xvda "$path"
	check "$path: no request failed" no_errors u1 xvda
	disk_detach u1 xvda
	check "$path: and the backend's domain" backend_exec "$sound $disk"
	check "$path: the files are right there too" verify_detached
}

backend_exec "modprobe $type"
ram_disk $megabytes
one_path mapped
one_path copied
check "the kernel log is clean" dmesg_check
