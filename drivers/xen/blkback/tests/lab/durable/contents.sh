# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sourced where a disk is, or in a guest that has it: what must be on it.

# has_records DEVICE NUMBER: the first so many.
has_records() {
	local found

	blockdev --flushbufs "$1"
	found=$(dd if="$1" bs=4096 skip=1 count="$2" 2> /dev/null | grep -a -c '^record ')
	echo "$found of $2 records"
	[ "$found" = "$2" ] || return
	dd if="$1" bs=4096 skip=1 count="$2" 2> /dev/null | awk '
		$1 != "record" || $2 != NR { exit 1 }'
}

# has_files NUMBER: below /mnt.
has_files() {
	local i name sum

	for ((i = 1; i <= $1; i++)); do
		name=$(echo "/mnt/$i."*)
		sum=$(sha256sum < "$name") || return
		[ "${name##*.}" = "${sum%% *}" ] || { echo "$name has other content"; return 1; }
	done
}

# sound TYPE DEVICE: nothing is left for fsck after a mount has recovered the journal.
sound() {
	case $1 in
	ext4) e2fsck -f -n "$2" ;;
	xfs) xfs_repair -n "$2" ;;
	esac
}

# recovers TYPE DEVICE NUMBER
recovers() {
	local status=0

	mount -t "$1" "$2" /mnt || return
	has_files "$3" || status=$?
	umount /mnt
	return $status
}

# make TYPE: on /dev/ram0, and nothing of it stays in a cache.
make() {
	case $1 in
	ext4) mkfs.ext4 -q -F /dev/ram0 ;;
	# It would refuse so small a disk, but for its own tests.
	xfs) TEST_DIR=1 TEST_DEV=1 QA_CHECK_FS=1 mkfs.xfs -q -f /dev/ram0 ;;
	esac || return
	sync
	blockdev --flushbufs /dev/ram0
}
