# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Pages of two guests leave in the same calls.

. /test/common/disks.sh
. /test/common/counters.sh

# In bursts, so that there is something to put together.
work='fio --name=x --filename=/dev/xvda --rw=randrw --bs=16k --size=4m --direct=1 \
	--ioengine=libaio --iodepth=32 --iodepth_batch=16 --iodepth_batch_complete_min=16 \
	--verify=crc32c --verify_fatal=1 --minimal'

# Calls that served more than one client are counted once for each of them.
calls_shared() {
	echo "the clients took part in $clients_calls calls, Xen was called $calls times"
	[ "$calls" -gt 0 ] && [ "$calls" -lt "$clients_calls" ]
}

groups_filled() {
	echo "$ops pages were unmapped in $calls calls"
	[ "$ops" -ge $((calls * 4)) ]
}

path_force mapped
# Longer than by default, because the emulator stretches everything.
backend_exec 'echo 10000 > /sys/module/xen_gnttab/parameters/unmap_deadline_us'
null_disk nullba size=4 irqmode=2 completion_nsec=5000000
null_disk nullbb size=4 irqmode=2 completion_nsec=5000000
guest_start u2 memory=200
disk_attach u1 xvda /dev/nullba
disk_attach u2 xvda /dev/nullbb
calls_before=$(gnttab_counter unmap_calls)
ops_before=$(gnttab_counter unmap_ops)
clients_calls_before=$(clients_counter unmap_calls)
clients_ops_before=$(clients_counter unmap_ops)

both_work() {
	local status=0 second

	guest_exec u2 "$work" > /tmp/u2.log 2>&1 &
	second=$!
	guest_exec u1 "$work" || status=$?
	wait $second || status=$?
	return $status
}

count_calls() {
	calls=$(($(gnttab_counter unmap_calls) - calls_before))
	ops=$(($(gnttab_counter unmap_ops) - ops_before))
	clients_calls=$(($(clients_counter unmap_calls) - clients_calls_before))
	clients_ops=$(($(clients_counter unmap_ops) - clients_ops_before))
}

# On a busy machine one may be done before the other begins: then once more.
for round in 1 2 3 4 5 6; do
	check "round $round: both guests' blocks are right" both_work
	count_calls
	! calls_shared || break
done
note "unmap calls: $calls, of the clients $clients_calls; pages: $ops"
check "each page was unmapped for one of them" [ "$ops" = "$clients_ops" ]
check "both guests' pages left in the same calls" calls_shared
check "many pages left in a call" groups_filled
# The first guest reads one block at a time for as long as the second does all it can.
beside_each_other() {
	local status=0 second

	guest_exec -t 100 u2 "$work --loops=2" > /tmp/u2.log 2>&1 &
	second=$!
	while kill -0 $second 2> /dev/null; do
		guest_exec u1 'dd if=/dev/xvda of=/dev/null bs=4k count=100 iflag=direct' || status=$?
	done
	wait $second || status=$?
	return $status
}

held() {
	disk_counter "$1" xvda held
}

# Generous, so that it does not matter how fast this machine is; and then so much time that
# the first guest has had little to do for that long.
backend_exec 'echo 1000 > /sys/module/xen_blkback/parameters/turn_ms; sleep 3'
first=$(held u1)
second=$(held u2)
check "one with little to do beside one with much" beside_each_other
check "the one with much had to wait for its turns" [ "$(held u2)" -gt "$second" ]
check "the one with little never had to" [ "$(held u1)" = "$first" ]
backend_exec 'echo 0 > /sys/module/xen_blkback/parameters/turn_cost'
second=$(held u2)
check "the same without turns" beside_each_other
check "then nobody has to wait" [ "$(held u2)" = "$second" ]
check "both sides see the same disk" same_data u1 xvda /dev/nullba
check "and the same second disk" same_data u2 xvda /dev/nullbb
disk_detach u1 xvda
disk_detach u2 xvda
check "the kernel log is clean" dmesg_check
