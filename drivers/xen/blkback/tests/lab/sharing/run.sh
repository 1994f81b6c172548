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
backend_exec 'echo 3000 > /sys/module/xen_gnttab/parameters/unmap_deadline_us'
null_disk nullba size=4 irqmode=2 completion_nsec=5000000
null_disk nullbb size=4 irqmode=2 completion_nsec=5000000
guest_start u2 memory=200
disk_attach u1 xvda /dev/nullba
disk_attach u2 xvda /dev/nullbb
calls=$(gnttab_counter unmap_calls)
ops=$(gnttab_counter unmap_ops)
clients_calls=$(clients_counter unmap_calls)
clients_ops=$(clients_counter unmap_ops)

guest_exec u2 "$work" > /tmp/u2.log 2>&1 &
second=$!
check "the first guest's blocks are right" guest_exec u1 "$work"
status=0
wait $second || status=$?
check "the second guest's blocks are right" [ "$status" = 0 ]

calls=$(($(gnttab_counter unmap_calls) - calls))
ops=$(($(gnttab_counter unmap_ops) - ops))
clients_calls=$(($(clients_counter unmap_calls) - clients_calls))
clients_ops=$(($(clients_counter unmap_ops) - clients_ops))
note "unmap calls: $calls, of the clients $clients_calls; pages: $ops"
check "each page was unmapped for one of them" [ "$ops" = "$clients_ops" ]
check "both guests' pages left in the same calls" calls_shared
check "many pages left in a call" groups_filled
check "both sides see the same disk" same_data u1 xvda /dev/nullba
check "and the same second disk" same_data u2 xvda /dev/nullbb
disk_detach u1 xvda
disk_detach u2 xvda
check "the kernel log is clean" dmesg_check
