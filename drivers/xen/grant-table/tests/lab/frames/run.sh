# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# The frames of all pages of the domain, looked up by each strategy; then those
# of a guest's pages that are mapped here, and the way back.

. /test/common/transfer.sh

strategy=/sys/module/xen_gnttab/parameters/p2m_strategy
frames=/sys/module/xen_frames/parameters
strategies="call batch cache table"

# What the library has counted, under one of its names.
counted() {
	backend_exec "sed -n 's/^$1 //p' /sys/kernel/debug/xen-gnttab/p2m"
}

# use NUMBER: look up like this from now on.
use() {
	backend_exec "echo $1 > $strategy"
}

all_the_same() {
	local number=0 name

	for name in $strategies; do
		use $number
		[ "$(counted strategy)" = "$name" ]
		backend_exec "cat $frames/frames" > "/out/frames-$name"
		cat "/out/frames-$name"
		cmp /out/frames-call "/out/frames-$name"
		number=$((number + 1))
	done
}

# A machine has more than this, and most of it is there.
plausible() {
	local pages absent

	pages=$(sed -n 's/^pages //p' /out/frames-table)
	absent=$(sed -n 's/^absent //p' /out/frames-table)
	[ "$pages" -gt 50000 ] && [ "$absent" -lt $((pages / 2)) ]
}

used() {
	[ "$(counted questions)" -gt 0 ] && [ "$(counted table_reads)" -gt 0 ] &&
		[ "$(counted cache_misses)" -gt 0 ]
}

grant() {
	guest_put u1 /lab/modules/xen-conform-granter.ko /tmp/granter.ko
	guest_exec u1 "insmod /tmp/granter.ko to=$(backend_domid)"
	refs=$(guest_exec u1 'cat /sys/module/xen_conform_granter/parameters/refs' |
		cut -d, -f1,2,5)
}

# entries NUMBER: pages that the M2P has.
entries() {
	backend_exec "grep -x 'entries $1' /sys/kernel/debug/xen-gnttab/m2p"
}

# Each strategy finds the mapped pages, one after the other.
finds_all() {
	local number

	for number in 0 1 2 3; do
		use $number
		backend_exec "cat $frames/found" > /tmp/found
		cat /tmp/found
		[ "$(cat /tmp/found)" = "$(printf 'mapped 3\nframe 3\npage 3')" ]
	done
}

backend_exec 'insmod /lab/modules/xen-frames.ko'
check "four strategies give the same frames" all_the_same
check "and they are those of a whole machine" plausible
check "each was used" used
for number in 0 1 2 3; do
	use $number
	note "strategy $number: $(backend_exec "cat $frames/cost") ns a frame"
done
backend_exec 'rmmod xen-frames'

grant
check "a guest's pages are mapped" \
	backend_exec "insmod /lab/modules/xen-frames.ko granter=$(guest_domid u1) refs=$refs"
check "they are found by frame, and their grants by page" finds_all
check "there are as many as were mapped" entries 3
backend_exec 'rmmod xen-frames'
check "nothing is left behind" entries 0
guest_exec u1 'rmmod xen-conform-granter'
check "the kernel log is clean" dmesg_check
