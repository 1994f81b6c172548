# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sourced by the tests: what a disk that is gone must not leave behind.

# Everything that is counted exactly, one "NAME NUMBER" a line.
counts_now() {
	backend_exec '
		count() { echo "$1 $(($(wc -l)))"; }
		ls /sys/bus/xen-backend/devices | grep vbd | count devices
		ls /sys/kernel/debug/xen-gnttab/clients | count clients
		ls /sys/kernel/debug/xen-blkback | count debugfs
		grep xen-dyn /proc/interrupts | count interrupts
		ps -o comm | grep -v "^kworker" | count processes
		ps -o comm | grep "^[0-9]*\.xvd" | count threads
		losetup -a | count loops'
	xl debug-keys g
	sleep 0.3
	# Of the last report only: a line an active entry, of any domain.
	xl dmesg | awk '/gnttab_usage_print_all \[/ { n = 0 } /\[0x[0-9a-f]+\]/ { n++ }
		END { print "grants " n + 0 }'
	echo "nodes $(xenstore-ls -f | grep -c -E '/(vbd|hotplug|libxl/[0-9]+/device)/')"
}

# Kilobytes, one "NAME NUMBER" a line: what is free, and what the kernel holds
# without caches. MemFree leaves out what lies on the processors' own lists of
# free pages: a few megabytes that move with every load.
memory_now() {
	backend_exec 'sync; echo 3 > /proc/sys/vm/drop_caches; sleep 0.5
		echo 3 > /proc/sys/vm/drop_caches; cat /proc/sys/vm/stat_refresh
		free=$(sed -n "s/^MemFree: *\([0-9]*\) kB/\1/p" /proc/meminfo)
		lists=$(awk "\$1 == \"count:\" { n += \$2 } END { print n * 4 }" /proc/zoneinfo)
		echo "Free $((free + lists))"
		sed -n "s/^\(SUnreclaim\|KernelStack\|Percpu\|VmallocUsed\): *\([0-9]*\) kB/\1 \2/p" \
			/proc/meminfo'
}

# counts_are BEFORE: nothing has become more. A few processes of the toolstack
# and of the kernel come and go; a thread left by each disk is more than those.
counts_are() {
	local before=$1 now name then is more=0

	now=$(counts_now)
	while read -r name then; do
		is=$(sed -n "s/^$name //p" <<< "$now")
		[ "$name" != processes ] || then=$((then + 2))
		[ "$is" -gt "$then" ] || continue
		echo "$name: $then before, now $is"
		more=1
	done <<< "$before"
	return $more
}

# memory_held BEFORE KILOBYTES: the kernel holds at most so much more, and so
# much less is free.
memory_held() {
	local before=$1 most=$2 now name then is grown more=0

	now=$(memory_now)
	while read -r name then; do
		is=$(sed -n "s/^$name //p" <<< "$now")
		echo "$name: $then kB, now $is kB"
		grown=$((is - then))
		[ "$name" != Free ] || grown=$((then - is))
		[ "$grown" -le "$most" ] || more=1
	done <<< "$before"
	return $more
}
