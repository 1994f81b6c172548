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

# errors_forget: what drivers have said about devices that failed stays in
# xenstore, whatever becomes of the device.
errors_forget() {
	backend_exec 'xenstore-rm error'
}

# Kilobytes, one "NAME NUMBER" a line: what the kernel holds without caches.
# "Unnamed" is what nobody names: neither free, nor a process's or a file's, nor
# in another line. A page that a driver took and lost is there. What the
# toolstack's processes hold, xenstored with every guest a little more, is not.
# MemFree leaves out what lies on the processors' own lists of free pages: a few
# megabytes that move with every load.
memory_now() {
	backend_exec 'sync; echo 3 > /proc/sys/vm/drop_caches; sleep 0.5
		echo 3 > /proc/sys/vm/drop_caches; cat /proc/sys/vm/stat_refresh
		cat /proc/meminfo; grep -w count: /proc/zoneinfo' | awk '
		$1 == "count:" { lists += $2 * 4 }
		{ sub(":", "", $1); kb[$1] = $2 }
		END {
			unnamed = kb["MemTotal"] - kb["MemFree"] - lists
			split("AnonPages Cached Buffers SReclaimable PageTables", other)
			for (i in other)
				unnamed -= kb[other[i]]
			split("SUnreclaim KernelStack VmallocUsed Percpu", kernel)
			for (i in kernel) {
				unnamed -= kb[kernel[i]]
				print kernel[i], kb[kernel[i]]
			}
			print "Unnamed", unnamed
		}'
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

# memory_steady BEFORE HALFWAY KILOBYTES: nothing has grown by more than so much
# in the first half and in the second. What every round loses grows in both; what
# the kernel takes once and keeps, whenever it does, grows in one.
memory_steady() {
	local before=$1 halfway=$2 most=$3 now name then half is grows=0

	now=$(memory_now)
	while read -r name then; do
		half=$(sed -n "s/^$name //p" <<< "$halfway")
		is=$(sed -n "s/^$name //p" <<< "$now")
		echo "$name: $then kB, halfway $half kB, now $is kB"
		[ $((half - then)) -le "$most" ] || [ $((is - half)) -le "$most" ] || grows=1
	done <<< "$before"
	return $grows
}
