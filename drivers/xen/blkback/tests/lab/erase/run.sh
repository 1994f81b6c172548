# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Secure discards of a stock guest, and of one that asks where it must not.

. /test/common/disks.sh
. /test/common/counters.sh
. /test/common/latency.sh
. /test/common/raw.sh

disk=/dev/xen-test-disk

# new_disk [PARAMETER=VALUE...]
new_disk() {
	backend_exec "[ ! -d /sys/module/xen_test_disk ] || rmmod xen-test-disk
		insmod /lab/modules/xen-test-disk.ko $* && [ -b $disk ]"
}

# seen NUMBER: what the disk was asked for after that.
seen() {
	backend_exec "tail -n +$(($1 + 1)) /sys/kernel/debug/xen-test-disk"
}

entries() {
	seen 0 | wc -l
}

# covers NUMBER OPERATION SECTOR SECTORS [MOST]: all since then was that operation,
# and in pieces of no more than MOST sectors, each sector once.
covers() {
	seen "$1" | sort -n -k 2 | awk -v op="$2" -v next_="$3" -v end=$(($3 + $4)) \
		-v most="${5:-4294967295}" '
		{ print }
		$1 != op || $2 != next_ || $3 > most { wrong = 1 }
		{ next_ = $2 + $3 }
		END { exit wrong || next_ != end || !NR }'
}

key() {
	xenstore-read "$(raw_backend u1 xvda)/$1"
}

ds_req() {
	backend_exec "cat /sys/bus/xen-backend/devices/$(vbd u1 xvda)/statistics/ds_req"
}

test_erases() {
	local before erased

	new_disk erase_kb=512
	disk_attach u1 xvda $disk
	latency_measure 1
	check "the disk can: the guest is told" [ "$(key discard-secure)" = 1 ]
	before=$(entries)
	check "the guest erases" guest_exec u1 'blkdiscard -s -o 4194304 -l 16777216 /dev/xvda'
	check "it was erased, and nothing else" covers "$before" erase 8192 32768 1024
	erased=$(latency_of 6 u1 xvda)
	check "latency: as secure discards" [ "$erased" -gt 0 ]
	check "latency: not as others" [ "$(latency_of 5 u1 xvda)" = 0 ]
	before=$(entries)
	check "the guest discards" guest_exec u1 'blkdiscard -o 1048576 -l 8388608 /dev/xvda'
	check "it was discarded, and nothing else" covers "$before" discard 2048 16384
	check "latency: as discards" [ "$(latency_of 5 u1 xvda)" -gt 0 ]
	check "latency: not as secure ones" [ "$(latency_of 6 u1 xvda)" = "$erased" ]
	check "both are counted" [ "$(ds_req)" = $((erased + $(latency_of 5 u1 xvda))) ]
	before=$(entries)
	check "all of the disk" guest_exec u1 'blkdiscard -s /dev/xvda'
	check "all of it was erased" covers "$before" erase 0 65536 1024
	check "no request failed" no_errors u1 xvda
	latency_measure 0
	disk_detach u1 xvda
}

# Less at once than it discards by.
test_small_pieces() {
	local before

	new_disk erase_kb=2
	disk_attach u1 xvda $disk
	before=$(entries)
	check "small pieces: the guest erases" guest_exec u1 \
		'blkdiscard -s -o 65536 -l 131072 /dev/xvda'
	check "small pieces: all of it" covers "$before" erase 128 256 4
	disk_detach u1 xvda
}

# raw_is STATUS LINE
raw_is() {
	raw_send u1 "$2" | tee /dev/stderr | grep -q "status=$1\b"
}

test_cannot() {
	local before

	new_disk erase_kb=0
	disk_attach u1 xvda $disk
	check "a disk that cannot: the guest is told" [ "$(key discard-secure)" = 0 ]
	check "a disk that cannot: but it discards" [ "$(key feature-discard)" = 1 ]
	before=$(entries)
	check "a disk that cannot: the guest does not ask" refuses guest_exec u1 \
		'blkdiscard -s -o 4194304 -l 1048576 /dev/xvda'
	check "a disk that cannot: nothing reached it" [ "$(entries)" = "$before" ]
	disk_detach u1 xvda
}

# one_request NAME STATUS LINE OPERATION|none SECTOR SECTORS: and what the disk saw.
one_request() {
	local before
	before=$(entries)
	check "$1: status $2" raw_is "$2" "$3"
	if [ "$4" = none ]; then
		check "$1: nothing reached the disk" [ "$(entries)" = "$before" ]
	else
		check "$1: reached the disk" covers "$before" "$4" "$5" "$6"
	fi
}

test_raw() {
	raw_guest u1
	# A flag of the protocol that is "ignored if discard-secure=0".
	raw_attach u1 xvda $disk
	raw_connect u1 xvda
	one_request "asked to erase, and it was not offered" 0 \
		'op=5 id=1 sector=64 discard=8 flags=1' discard 64 8
	raw_disconnect u1 xvda
	raw_detach u1 xvda
	new_disk erase_kb=1024
	raw_attach u1 xvda $disk no-discard
	raw_connect u1 xvda
	one_request "asked to erase, and discard was not offered" -2 \
		'op=5 id=2 sector=64 discard=8 flags=1' none
	raw_disconnect u1 xvda
	raw_detach u1 xvda
	raw_attach u1 xvda $disk
	raw_connect u1 xvda
	one_request "asked to erase" 0 'op=5 id=3 sector=64 discard=8 flags=1' erase 64 8
	one_request "flags that there are not" 0 \
		'op=5 id=4 sector=64 discard=8 flags=254' discard 64 8
	one_request "over the end" -1 'op=5 id=5 sector=65528 discard=16 flags=1' none
	one_request "a sum that wraps" -1 \
		'op=5 id=6 sector=8 discard=0xfffffffffffffff8 flags=1' none
	one_request "nothing" -1 'op=5 id=7 sector=8 discard=0 flags=1' none
	raw_disconnect u1 xvda
	raw_detach u1 xvda
}

test_erases
test_small_pieces
test_cannot
test_raw
check "the disk can go" backend_exec 'rmmod xen-test-disk'
check "the kernel log is clean" dmesg_check
