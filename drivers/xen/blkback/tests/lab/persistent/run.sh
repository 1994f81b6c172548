# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Grants that stay mapped, with a stock frontend: every block is right, hardly a
# grant operation is needed, and what is not used is given back.

. /test/common/disks.sh
. /test/common/counters.sh
. /test/common/leaks.sh

SIZES=${SIZES:-"4k:256k 64k:1m 128k:2m 1m:4m"}
. /test/verify/jobs.sh

disk=/dev/ram0
parameters=/sys/module/xen_blkback/parameters

run_fio() {
	guest_exec -t 200 u1 'fio --minimal --output=/tmp/fio.out /tmp/persist.fio
		status=$?; tail -c 1000 /tmp/fio.out; exit $status'
}

# Some requests at one place, without a file of jobs.
some_io() {
	guest_exec -t 60 u1 "fio --name=some --filename=/dev/xvda --rw=${1:-randrw} --bs=4k \
		--size=1m --direct=1 --ioengine=libaio --iodepth=${2:-32} \
		--verify=crc32c --verify_fatal=1 --minimal > /tmp/fio.out"
}

kept() {
	disk_counter u1 xvda persistent_grants
}

kept_is() {
	echo "$(kept) grants stay mapped"
	test "$(kept)" "$@"
}

parameter() {
	backend_exec "echo $2 > $parameters/$1"
}

data_path() {
	backend_exec "echo $1 > /sys/bus/xen-backend/devices/$(vbd u1 xvda)/data_path"
}

data_path_is() {
	backend_exec "grep '^  data_path' /sys/kernel/debug/xen-blkback/$(vbd u1 xvda)" |
		tee /dev/stderr | grep -q "data_path $1"
}

# Once they are mapped, requests need no operation on grants at all.
no_grant_calls() {
	local name before after sum=0

	some_io randrw || return
	for name in map_ops copy_ops unmap_ops; do
		before=$(gnttab_counter $name)
		some_io randrw || return
		after=$(gnttab_counter $name)
		echo "$name $((after - before))"
		sum=$((sum + after - before))
	done
	[ $sum = 0 ]
}

# within SECONDS COMMAND...
within() {
	local seconds=$1
	shift

	while ! "$@" > /dev/null; do
		[ $((seconds--)) -gt 0 ] || break
		sleep 1
	done
	"$@"
}

fio_jobs > /tmp/persist.fio
guest_put u1 /tmp/persist.fio /tmp/persist.fio
ram_disk 8
backend_exec "cat $parameters/persistent_grant_unused_seconds" | grep -qx 60 ||
	fail "60 seconds are the default"
counts=$(counts_now)

frontend_reload u1 max_indirect_segments=256
disk_attach u1 xvda $disk
check "every block is right" run_fio
check "both sides see the same disk" same_data u1 xvda $disk
check "all requests used pages that stay mapped" path_taken u1 xvda persistent
check "some stay mapped" kept_is -gt 30
check "no operation on grants for requests at places known" no_grant_calls
check "no request failed" no_errors u1 xvda

parameter persistent_grant_unused_seconds 2
check "what is not used is given back" within 60 kept_is = 0
parameter persistent_grant_unused_seconds 60
check "and mapped again" some_io
check "some stay mapped again" kept_is -gt 0

for path in copy map persistent auto; do
	data_path $path
	expected=${path/auto/persistent}
	check "data_path=$path takes effect" data_path_is "$expected"
	check "data_path=$path: every block is right" some_io
done
check "copied, mapped and kept, one after the other" test \
	"$(disk_counter u1 xvda copied)" -gt 0 -a "$(disk_counter u1 xvda mapped)" -gt 0
check "nonsense is refused" refuses data_path nonsense
check "no request failed" no_errors u1 xvda
disk_detach u1 xvda

# Fewer than it wants: the rest is copied.
parameter max_persistent_grants 16
disk_attach u1 xvda $disk
check "16 at most: every block is right" run_fio
check "16 at most stay mapped" kept_is -le 16
check "the others are copied" test "$(disk_counter u1 xvda copied)" -gt 0
check "16 at most: no request failed" no_errors u1 xvda
disk_detach u1 xvda
parameter max_persistent_grants 1056

# Refused by either side.
parameter feature_persistent N
disk_attach u1 xvda $disk
check "not offered: every block is right" some_io
check "not offered: none stays mapped" path_taken u1 xvda copied
disk_detach u1 xvda
parameter feature_persistent Y
frontend_reload u1 feature_persistent=0
disk_attach u1 xvda $disk
check "not wanted: every block is right" some_io
check "not wanted: none stays mapped" path_taken u1 xvda copied
disk_detach u1 xvda

# The frontend goes and comes with the disk attached.
frontend_reload u1
for round in 1 2 3; do
	disk_attach u1 xvda $disk
	check "attached $round: every block is right" some_io
	disk_detach u1 xvda
done
check "nothing is left behind" counts_are "$counts"
check "the kernel log is clean" dmesg_check
