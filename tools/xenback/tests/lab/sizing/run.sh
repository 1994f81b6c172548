# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# A guest fills a ring with the largest requests that it makes, to a disk that
# takes its time. Xen's tables are to grow as has been computed, and no further.

. /test/common/disks.sh
. /test/common/counters.sh

# said KEY: what xenback has computed.
said() {
	sed -n "s/^ *\"$1\":\([0-9]*\),*\$/\1/p" /out/sizing.json
}

# Xen's own words about its grant tables.
report() {
	xl debug-keys g
	sleep 1
	xl dmesg | awk '/gnttab_usage_print_all \[/ { text = "" } { text = text $0 "\n" }
		END { printf "%s", text }' > /out/report
}

# frames DOMID grant|maptrack: of the present report.
frames() {
	awk -v domain="remote d$1 " -v what="$2" '
		/grant-table for remote/ { ours = index($0, domain) }
		ours && / maptrack frames / {
			gsub(/[^0-9]+/, " ")
			print what == "grant" ? $1 : $3
			exit
		}' /out/report
}

# Data pages that are mapped at the moment.
mapped_now() {
	backend_exec 'awk "{ n[\$1] = \$2 }
		END { print n[\"map_ops\"] - n[\"map_failed\"] - n[\"unmap_ops\"] }" \
		/sys/kernel/debug/xen-gnttab/counters'
}

watch_mapped() {
	local now most=0

	while kill -0 "$1" 2> /dev/null; do
		now=$(mapped_now)
		[ "$now" -le "$most" ] || most=$now
		sleep 0.2
	done
	echo "$most" > /tmp/most
}

# full_ring ORDER SEGMENTS REQUESTS
full_ring() {
	local order=$1 segments=$2 requests=$3 most pid what="order $1, $2 pages a request"

	/test/xenback sizing --ring-order "$order" --segments "$segments" --json \
		> /out/sizing.json
	# Persistent grants would stay mapped: that is another sum.
	guest_exec u1 "rmmod xen-blkfront && modprobe xen-blkfront feature_persistent=0 \
		max_ring_page_order=$order"
	disk_attach u1 xvda /dev/slow
	guest_exec -t 120 u1 "cd /sys/block/xvda/queue && echo none > scheduler &&
		echo $((segments * 4)) > max_sectors_kb &&
		fio --name=x --filename=/dev/xvda --direct=1 --ioengine=libaio --rw=write \
		--bs=$((segments * 4))k --size=$((segments * 4 * requests))k \
		--iodepth=$requests --minimal" > /out/fio.log 2>&1 &
	pid=$!
	watch_mapped $pid
	wait $pid
	most=$(cat /tmp/most)
	report
	cp /out/report "/out/report-$order"
	check "$what: $most mapped at once, computed $(said data_pages)" \
		test "$most" = "$(said data_pages)"
	what="$what: computed"
	check "$what $(said maptrack_frames) maptrack frames, Xen has $(frames 0 maptrack)" \
		test "$(frames 0 maptrack)" = "$(said maptrack_frames)"
	check "$what $(said guest_grant_frames) grant frames, Xen has $(frames "$guest" grant)" \
		test "$(frames "$guest" grant)" = "$(said guest_grant_frames)"
	disk_detach u1 xvda
}

guest=$(guest_domid u1)
modules_load xen-gnttab.copy_max=0
null_disk slow size=32 irqmode=2 completion_nsec=2000000000 hw_queue_depth=512
report
check "before: one frame each" test "$(frames 0 maptrack) $(frames "$guest" grant)" = "1 1"
full_ring 0 11 64
full_ring 2 32 192
null_disk_gone slow
check "the kernel log is clean" dmesg_check
