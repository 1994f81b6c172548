# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Two requests of 1 MiB fill the pages of the queue, and 32 are there.

. /test/common/disks.sh
. /test/common/counters.sh

fio_large='fio --minimal --name=large --filename=/dev/xvda --rw=randrw --bs=1m --size=16m \
	--ioengine=libaio --direct=1 --iodepth=32 --verify=crc32c --verify_fatal=1'

# run_fio: and say how long it took.
run_fio() {
	local start=$SECONDS

	guest_exec -t 60 u1 "$fio_large" || return
	took=$((SECONDS - start + 1))
}

has_waited() {
	local stalls

	stalls=$(disk_counter u1 xvda stalls)
	echo "$stalls stalls"
	[ "$stalls" -gt 0 ]
}

# A few for each request, and one each 10 ms, to look for pages of others.
passes_bounded() {
	local passes requests most

	passes=$(disk_counter u1 xvda passes)
	requests=$(($(disk_counter u1 xvda reads) + $(disk_counter u1 xvda writes)))
	most=$((10 * requests + 100 * took))
	echo "$passes passes for $requests requests in $took s; at most $most"
	[ "$passes" -le "$most" ]
}

null_disk nullslow size=16 irqmode=2 completion_nsec=50000000 hw_queue_depth=64
backend_exec 'echo 512 > /sys/module/xen_blkback/parameters/max_queue_pages'
frontend_reload u1 max_indirect_segments=256 max_ring_page_order=4
for path in mapped copied; do
	path_force "$path"
	disk_attach u1 xvda /dev/nullslow
	took=0
	check "$path: every block is right" run_fio
	check "$path: requests had to wait for pages" has_waited
	check "$path: the queue slept meanwhile" passes_bounded
	note "$(passes_bounded)"
	check "$path: both sides see the same disk" same_data u1 xvda /dev/nullslow
	check "$path: no request failed" no_errors u1 xvda
	disk_detach u1 xvda
done
check "the kernel log is clean" dmesg_check
