# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What a guest was told to be on the disk is there, whatever happens next.

. /test/common/disks.sh
. /test/common/counters.sh

disk=/dev/mapper/logged
here=$(dirname "$0")

# below FUNCTION ARGUMENT...: of replay.sh and contents.sh, where the disks are.
below() {
	local code

	# There is no udev: dmsetup makes the nodes.
	code="export DM_DISABLE_UDEV=1; . $here/replay.sh; . $here/contents.sh; $(printf '%q ' "$@")"
	if [ "$BACKEND_DOMAIN" = dom0 ]; then
		bash -c "$code"
	else
		# It may take longer than a command in the backend's domain may.
		guest_exec -t 400 "$BACKEND_DOMAIN" "$code"
	fi
}

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

new_victim() {
	guest_start victim memory=200
	xenstore-rm "/local/domain/$(guest_domid victim)/data/acked" 2> /dev/null || true
	disk_attach victim xvda "$1"
}

test_killed() {
	local path=$1 last

	path_force "$path"
	ram_disks 8
	below logged_disk 8
	new_victim $disk
	start_writer "$records"
	last=$(kill_at 40)
	note "$path: $last records were acknowledged"
	check "$path: some were" [ "$last" -ge 40 ]
	check "$path: the disk is free" wait_until 20 below dmsetup remove logged
	check "$path: guest killed: what was flushed can be told" below replay
	check "$path: guest killed: all that was acknowledged was durable" below has_records /dev/ram2 "$last"
}

# table LINE: what the disk does from now on.
table() {
	below eval "dmsetup suspend failing && dmsetup load failing --table '0 16384 $1' &&
		dmsetup resume failing"
}

failed_once() {
	[ "$(said failed)" -gt 0 ]
}

test_failing() {
	local last failed

	path_force default
	ram_disks 8
	below dmsetup create failing --table "0 16384 linear /dev/ram0 0"
	new_victim /dev/mapper/failing
	start_writer "$records"
	check "failing: it goes well at first" wait_until 60 said_enough 20
	table "flakey /dev/ram0 0 0 3600 1 error_writes"
	check "failing: the guest is told" wait_until 60 failed_once
	last=$(said acked) failed=$(said failed)
	check "failing: at once" [ "$failed" = $((last + 1)) ]
	check "failing: all that was acknowledged is there" below has_records /dev/ram0 "$last"
	check "failing: errors are counted" [ "$(disk_counter victim xvda io_errors)" -gt 0 ]
	table "linear /dev/ram0 0"
	start_writer "${records/i = 1/i = $failed}"
	check "failing: the guest goes on when it works again" wait_until 60 said_enough $((last + 10))
	last=$(said acked)
	guest_destroy victim
	check "failing: the disk is free" wait_until 20 below dmsetup remove failing
	check "failing: and that is there, too" below has_records /dev/ram0 "$last"
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

test_filesystem() {
	local type=$1 size=$2 last

	path_force default
	below modprobe "$type"
	ram_disks "$size"
	check "$type: made" below make "$type"
	below logged_disk "$size"
	new_victim $disk
	start_writer "${files/TYPE/$type}"
	last=$(kill_at 15)
	note "$type: $last files were acknowledged"
	check "$type: some were" [ "$last" -ge 15 ]
	check "$type: the disk is free" wait_until 20 below dmsetup remove logged
	disk_attach u1 xvda /dev/ram0
	check "$type: guest killed: the journal recovers in another guest" guest_exec -t 90 u1 \
		". /tmp/contents.sh; recovers $type /dev/xvda $last"
	disk_detach u1 xvda
	check "$type: guest killed: it is sound" below sound "$type" /dev/ram0
	check "$type: power lost: what was flushed can be told" below replay
	check "$type: power lost: the journal recovers" below recovers "$type" /dev/ram2 "$last"
	check "$type: power lost: it is sound" below sound "$type" /dev/ram2
}

if [ "$BACKEND_DOMAIN" != dom0 ]; then
	for file in replay.sh contents.sh; do
		guest_put "$BACKEND_DOMAIN" "$here/$file" "$here/$file"
	done
fi
guest_put u1 "$here/contents.sh" /tmp/contents.sh
backend_exec 'modprobe -a dm-mod dm-log-writes dm-flakey'
for path in ${PATHS:-mapped copied}; do
	test_killed "$path"
done
test_failing
test_filesystem ext4 24
test_filesystem xfs 64
check "the kernel log is clean" dmesg_check
