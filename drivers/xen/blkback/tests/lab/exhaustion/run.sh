# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Driver domains of our own that may hold hardly any mapping: Xen refuses the
# rest, and the guest must not notice.

. /test/common/disks.sh
. /test/common/counters.sh

# How data is to come, if there is room.
way=${WAY:-mapped}

# One page of entries, of which Xen keeps some.
frames=1

work='fio --filename=/dev/xvda --direct=1 --ioengine=libaio --verify=crc32c \
	--verify_fatal=1 --minimal --rw=randrw \
	--name=large --bs=128k --size=4m --iodepth=32 --stonewall \
	--name=small --bs=4k --size=512k --iodepth=32 --stonewall'

start_domain() {
	local type=$1

	domain_create narrow driver "$type" "max_maptrack_frames=$frames" > /tmp/xl.log 2>&1 || {
		cat /tmp/xl.log
		return 1
	}
	labctl ready narrow 120 || return
	BACKEND_DOMAIN=narrow
	tar c -C / lab/modules.sh lab/modules lab/config > /tmp/modules.tar
	guest_put narrow /tmp/modules.tar /tmp/modules.tar &&
		guest_exec narrow 'tar x -C / -f /tmp/modules.tar' && modules_load
}

grew() {
	echo "$1 is $(gnttab_counter "$1")"
	[ "$(gnttab_counter "$1")" -gt 0 ]
}

one_type() {
	local type=$1

	check "$type: a driver domain with $frames page of maptrack entries" start_domain "$type"
	# So slow that the requests of a whole ring are mapped at the same time.
	null_disk nullbs size=4 irqmode=2 completion_nsec=200000000
	path_force $way
	disk_attach u1 xvda /dev/nullbs
	check "$type: every block is right" guest_exec -t 90 u1 "$work"
	check "$type: Xen had no room for some mappings" grew map_exhausted
	check "$type: these pages were copied" grew fallback_copy
	check "$type: some were mapped nevertheless" [ "$(disk_counter u1 xvda $way)" -gt 0 ]
	check "$type: no request failed" no_errors u1 xvda
	check "$type: both sides see the same disk" same_data u1 xvda /dev/nullbs
	disk_detach u1 xvda
	check "$type: the kernel log is clean" dmesg_check
	xl destroy narrow
	BACKEND_DOMAIN=drv
}

one_type pv
one_type pvh
