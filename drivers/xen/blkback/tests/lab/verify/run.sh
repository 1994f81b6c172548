# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# fio checks every block that it reads, over each combination of indirect
# requests or not, and of the two ways that the data can take.

. /test/common/disks.sh
. /test/common/counters.sh
. "$(dirname "$0")/jobs.sh"

disk=/dev/ram0

# fio ends with status 0 only if every job verified all its blocks.
run_fio() {
	local jobs

	guest_exec -t 200 u1 'fio --minimal --output=/tmp/fio.out /tmp/verify.fio
		status=$?; tail -c 2000 /tmp/fio.out; exit $status' || return
	jobs=$(guest_exec u1 'grep -c "^3;" /tmp/fio.out')
	echo "$jobs jobs of $(grep -c stonewall /tmp/verify.fio) have reported"
	[ "$jobs" = "$(grep -c stonewall /tmp/verify.fio)" ]
}

indirect_used() {
	local used

	used=$(disk_counter u1 xvda indirect)
	echo "$used indirect requests"
	if [ "$1" = indirect ]; then [ "$used" -gt 0 ]; else [ "$used" = 0 ]; fi
}

one_round() {
	local kind=$1 path=$2

	path_force "$path"
	disk_attach u1 xvda $disk
	check "$kind, $path: every block is right" run_fio
	check "$kind, $path: both sides see the same disk" same_data u1 xvda $disk
	check "$kind, $path: every request went this way" path_taken u1 xvda "$path"
	check "$kind, $path: the requests are of this kind" indirect_used "$kind"
	check "$kind, $path: no request failed" no_errors u1 xvda
	disk_detach u1 xvda
}

fio_jobs > /tmp/verify.fio
guest_put u1 /tmp/verify.fio /tmp/verify.fio
ram_disk 8

frontend_reload u1 max_indirect_segments=256
one_round indirect mapped
one_round indirect copied
# Too few to be worth an indirect request: the frontend makes none.
frontend_reload u1 max_indirect_segments=8
one_round direct mapped
one_round direct copied
check "the kernel log is clean" dmesg_check
