# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What a guest was told to be on the disk is there, whatever happens next.

. /test/common/disks.sh
. /test/common/counters.sh
. /test/replay.sh

disk=/dev/mapper/logged

# ram_disks MEGABYTES: as if new.
ram_disks() {
	ram_disk "$1" 3
}

# start_writer CODE: runs in the background of the guest, for ever. It calls
# "acked" with a number when what belongs to it was acknowledged.
start_writer() {
	guest_exec victim "cat > /tmp/writer <<'END'
acked() { xenstore-write data/acked \$1; }
failed() { xenstore-write data/failed \$1; exit 1; }
$1
END
		(setsid bash /tmp/writer > /tmp/writer.log 2>&1 < /dev/null &)"
}

# said NAME: what the guest has told last, or 0.
said() {
	xenstore-read "/local/domain/$(guest_domid victim)/data/$1" 2> /dev/null || echo 0
}

said_enough() {
	[ "$(said acked)" -ge "$1" ]
}

# kill_at NUMBER: the guest; prints the last that it was sure of.
kill_at() {
	wait_until 90 said_enough "$1" || return
	said acked
	xl destroy victim
}

# Block i says so, and is flushed before the next one is written.
records='
	for ((i = 1; ; i++)); do
		printf "%-4095s\n" "record $i" | dd of=/dev/xvda bs=4096 seek=$i conv=fsync,notrunc \
			2> /dev/null || failed $i
		acked $i
	done'

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

new_victim() {
	guest_start victim memory=200
	xenstore-rm "/local/domain/$(guest_domid victim)/data/acked" 2> /dev/null || true
	disk_attach victim xvda "$1"
}

test_killed() {
	local path=$1 last

	path_force "$path"
	ram_disks 8
	logged_disk 8
	new_victim $disk
	start_writer "$records"
	last=$(kill_at 40)
	note "$path: $last records were acknowledged"
	check "$path: some were" [ "$last" -ge 40 ]
	check "$path: the disk is free" logged_disk_gone
	check "$path: guest killed: what was flushed can be told" replay
	check "$path: guest killed: all that was acknowledged was durable" has_records /dev/ram2 "$last"
}

# table LINE: what the disk does from now on.
table() {
	dmsetup suspend failing && dmsetup load failing --table "0 16384 $1" &&
		dmsetup resume failing
}

failed_once() {
	[ "$(said failed)" -gt 0 ]
}

test_failing() {
	local last failed

	path_force default
	ram_disks 8
	dmsetup create failing --table "0 16384 linear /dev/ram0 0"
	new_victim /dev/mapper/failing
	start_writer "$records"
	check "failing: it goes well at first" wait_until 60 said_enough 20
	table "flakey /dev/ram0 0 0 3600 1 error_writes"
	check "failing: the guest is told" wait_until 60 failed_once
	last=$(said acked) failed=$(said failed)
	check "failing: at once" [ "$failed" = $((last + 1)) ]
	check "failing: all that was acknowledged is there" has_records /dev/ram0 "$last"
	check "failing: errors are counted" [ "$(disk_counter victim xvda io_errors)" -gt 0 ]
	table "linear /dev/ram0 0"
	start_writer "${records/i = 1/i = $failed}"
	check "failing: the guest goes on when it works again" wait_until 60 said_enough $((last + 10))
	last=$(said acked)
	guest_destroy victim
	check "failing: the disk is free" wait_until 20 dmsetup remove failing
	check "failing: and that is there, too" has_records /dev/ram0 "$last"
}

# Files of many sizes, each with its checksum in its name, and synced.
files='
	mount -t TYPE /dev/xvda /mnt || failed 1
	for ((i = 1; ; i++)); do
		head -c $((i * 997 % 60000 + 1)) /dev/urandom > /mnt/new
		sum=$(sha256sum < /mnt/new)
		mv /mnt/new /mnt/$i.${sum%% *} && sync || failed $i
		acked $i
	done'

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

make() {
	case $1 in
	ext4) mkfs.ext4 -q -F /dev/ram0 ;;
	# It would refuse so small a disk, but for its own tests.
	xfs) TEST_DIR=1 TEST_DEV=1 QA_CHECK_FS=1 mkfs.xfs -q -f /dev/ram0 ;;
	esac
}

test_filesystem() {
	local type=$1 size=$2 last

	path_force default
	modprobe "$type"
	ram_disks "$size"
	check "$type: made" make "$type"
	sync
	blockdev --flushbufs /dev/ram0
	logged_disk "$size"
	new_victim $disk
	start_writer "${files/TYPE/$type}"
	last=$(kill_at 15)
	note "$type: $last files were acknowledged"
	check "$type: some were" [ "$last" -ge 15 ]
	check "$type: the disk is free" logged_disk_gone
	check "$type: guest killed: the journal recovers" recovers "$type" /dev/ram0 "$last"
	check "$type: guest killed: it is sound" sound "$type" /dev/ram0
	check "$type: power lost: what was flushed can be told" replay
	check "$type: power lost: the journal recovers" recovers "$type" /dev/ram2 "$last"
	check "$type: power lost: it is sound" sound "$type" /dev/ram2
}

modprobe -a dm-mod dm-log-writes dm-flakey
for path in ${PATHS:-mapped copied}; do
	test_killed "$path"
done
test_failing
test_filesystem ext4 24
test_filesystem xfs 64
check "the kernel log is clean" dmesg_check
