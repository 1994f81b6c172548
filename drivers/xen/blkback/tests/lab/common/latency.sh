# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sourced by the tests: how many requests of each operation the histogram of a
# disk has.

# latency_rows GUEST VDEV: reads, writes, barriers, flushes, discards, secure ones.
latency_rows() {
	backend_exec "cat /sys/kernel/debug/xen-blkback/latency/$(vbd "$1" "$2")" |
		awk 'NR > 1 { for (i = 2; i <= 7; i++) n[i] += $i }
			END { print n[2] + 0, n[3] + 0, n[4] + 0, n[5] + 0, n[6] + 0, n[7] + 0 }'
}

# latency_of COLUMN GUEST VDEV: 1 are reads.
latency_of() {
	latency_rows "$2" "$3" | cut -d ' ' -f "$1"
}

latency_measure() {
	backend_exec "echo $1 > /sys/module/xen_blkback/parameters/measure_latency"
}
