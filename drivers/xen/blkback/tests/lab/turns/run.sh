# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# However many queues a guest has, and however full they are: beside one that reads a
# block at a time it has a turn of all of them together at its disk, and no more.

. /test/common/disks.sh
. /test/common/counters.sh
. /test/common/raw.sh

QUEUES=16
ALL=$((QUEUES * 512))
parameters=/sys/module/xen_blkback/parameters

# The first guest reads as long as this test wants it to.
start_reading() {
	guest_exec u1 "rm -f /tmp/stop; (setsid sh -c 'while [ ! -e /tmp/stop ]; do
		dd if=/dev/xvda of=/dev/null bs=4k count=10 iflag=direct || exit 1
		done' > /dev/null 2>&1 < /dev/null &)"
}

stop_reading() {
	guest_exec u1 'touch /tmp/stop'
}

# All rings full: sixteen times 512 requests.
flood() {
	guest_exec -t 100 greedy "for queue in \$(seq 0 $((QUEUES - 1))); do
		echo \$queue > $RAW/queue
		echo 'op=0 sector=0 seg=0:0-7' > $RAW/flood || exit 1; done"
}

# One more on each ring, behind all those.
answered() {
	guest_exec -t 300 greedy "for queue in \$(seq 0 $((QUEUES - 1))); do
		echo \$queue > $RAW/queue; echo > $RAW/send
		echo 'op=0 id=7777 sector=0 seg=0:0-7' > $RAW/send
		grep -q '^id=7777 op=0 status=0' $RAW/answers || exit 1; done"
}

# The most that the second guest is seen to have at its disk.
most_at_once() {
	local now most=0

	for _ in {1..10}; do
		now=$(disk_counter greedy xvda inflight)
		[ "$now" -le "$most" ] || most=$now
	done
	echo "$most"
}

# What the second guest's backend has taken off the rings, since so many reads.
taken() {
	local reads inflight

	reads=$(disk_counter greedy xvda reads)
	inflight=$(disk_counter greedy xvda inflight)
	echo $((reads + inflight - $1))
}

most_taken() {
	local now

	now=$(taken "$1")
	echo "$now of $ALL were taken"
	[ "$now" -ge $((ALL / 2)) ]
}

# Beside one who reads, sixteen rings are filled; what had been read before is $before.
begin() {
	start_reading
	check "the first guest reads" wait_until 20 reads_more "$(disk_counter u1 xvda reads)"
	before=$(disk_counter greedy xvda reads)
	check "$QUEUES rings are filled" flood
}

# And all of it is done when the other one has stopped.
end() {
	stop_reading
	check "all are answered" answered
}

test_turns() {
	local before reads

	begin
	reads=$(disk_counter u1 xvda reads)
	check "turns: one request of each ring at a time" [ "$(most_at_once)" -le $QUEUES ]
	check "turns: the first goes on reading" reads_more "$reads"
	note "turns: $(taken "$before") of $ALL were taken"
	check "turns: most are left to wait" [ "$(taken "$before")" -lt $((ALL / 4)) ]
	end
}

test_no_turns() {
	local before

	backend_exec "echo 0 > $parameters/turn_cost"
	begin
	check "no turns: most are taken" wait_until 60 most_taken "$before"
	end
}

reads_more() {
	[ "$(disk_counter u1 xvda reads)" -gt "$1" ]
}

backend_exec "echo $QUEUES > $parameters/max_queues"
# A turn is one request of each queue, since it costs more than a sixteenth of 32. It takes
# two seconds, and who reads is never out of sight.
backend_exec "echo 10000 > $parameters/turn_ms"
null_disk nullba size=1
null_disk nullbb size=1 irqmode=2 completion_nsec=2000000000 hw_queue_depth=1024
disk_attach u1 xvda /dev/nullba
guest_start greedy memory=160
raw_guest greedy
raw_attach greedy xvda /dev/nullbb
check "16 queues of 16 pages each" raw_connect greedy xvda queues=$QUEUES order=4 pages=256
test_turns
test_no_turns
check "no request of the first guest failed" no_errors u1 xvda
check "and none of the second" no_errors greedy xvda
guest_destroy greedy
disk_detach u1 xvda
check "the kernel log is clean" dmesg_check
