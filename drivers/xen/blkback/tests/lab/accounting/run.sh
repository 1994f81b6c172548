# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What an administrator can see of a disk's I/O, and whom it is charged to.

. /test/common/disks.sh
. /test/common/latency.sh
. /test/common/raw.sh

# latency COLUMN: requests counted so far, of all buckets; 1 are reads.
latency() {
	latency_of "$1" u1 xvda
}

read_blocks() {
	guest_exec u1 "dd if=/dev/xvda of=/dev/null bs=4k count=$1 iflag=direct 2>/dev/null"
}

test_latency() {
	local before after

	before=$(latency 1)
	read_blocks 16
	check "latency: nothing is counted if nobody asks" [ "$(latency 1)" = "$before" ]
	latency_measure 1
	read_blocks 16
	guest_exec u1 'dd if=/dev/zero of=/dev/xvda bs=4k count=8 oflag=direct 2>/dev/null'
	after=$(latency 1)
	check "latency: reads" [ "$after" -ge 16 ]
	check "latency: writes" [ "$(latency 2)" -ge 8 ]
	# The disk takes 20 ms for a request.
	check "latency: it is the disk's" [ "$(backend_exec "awk 'NR > 1 && \$1 != \"more\" &&
		\$1 < 20000 { n += \$2 } END { print n + 0 }' \
		/sys/kernel/debug/xen-blkback/latency/$(vbd u1 xvda)")" = 0 ]
	latency_measure 0
	read_blocks 16
	check "latency: and then no more" [ "$(latency 1)" = "$after" ]
}

device_file() {
	echo "/sys/bus/xen-backend/devices/$(vbd u1 xvda)/$1"
}

test_threads() {
	local pid

	pid=$(backend_exec "cat $(device_file threads)")
	check "threads: the number of the queue's thread" \
		[ "$(backend_exec "cat /proc/$pid/comm")" = "$(guest_domid u1).xvda-0" ]
}

nulla_number() {
	backend_exec 'cat /sys/block/nulla/dev'
}

# charged GROUP [r|w]: bytes that were read from, or written to, the disk for it.
charged() {
	backend_exec "sed -n 's/^$(nulla_number) .*${2:-r}bytes=\([0-9]*\) .*/\1/p' \
		/cgroup/$1/io.stat" | awk '{ n += $1 } END { print n + 0 }'
}

# No faster than the group may, however busy this machine is.
test_limit() {
	local begin end

	backend_exec "echo '$(nulla_number) riops=20' > /cgroup/two/io.max"
	begin=$(backend_exec 'cut -d . -f 1 /proc/uptime')
	read_blocks 80
	end=$(backend_exec 'cut -d . -f 1 /proc/uptime')
	check "cgroup: 80 reads at 20 a second take $((end - begin)) seconds" [ $((end - begin)) -ge 3 ]
	backend_exec "echo '$(nulla_number) riops=max' > /cgroup/two/io.max"
}

test_cgroup() {
	local before

	backend_exec 'mkdir -p /cgroup && mount -t cgroup2 none /cgroup &&
		echo +io > /cgroup/cgroup.subtree_control && mkdir /cgroup/one /cgroup/two'
	check "cgroup: none at first" [ -z "$(backend_exec "cat $(device_file cgroup)")" ]
	check "cgroup: one that is not there" refuses backend_exec "echo /none > $(device_file cgroup)"
	backend_exec "echo /one > $(device_file cgroup)"
	check "cgroup: it is remembered" [ "$(backend_exec "cat $(device_file cgroup)")" = /one ]
	read_blocks 64
	check "cgroup: what the guest reads is charged" [ "$(charged one)" -ge 262144 ]
	guest_exec u1 'dd if=/dev/zero of=/dev/xvda bs=4k count=64 oflag=direct 2>/dev/null'
	check "cgroup: and what it writes" [ "$(charged one w)" -ge 262144 ]
	backend_exec "echo /two > $(device_file cgroup)"
	read_blocks 64
	check "cgroup: to another one" [ "$(charged two)" -ge 262144 ]
	test_limit
	backend_exec "echo > $(device_file cgroup)"
	before=$(charged two)
	read_blocks 64
	check "cgroup: none again" [ -z "$(backend_exec "cat $(device_file cgroup)")" ]
	check "cgroup: and not charged any more" [ "$(charged two)" = "$before" ]
}

# One page, by a frontend that can come and go.
raw_read() {
	raw_send u1 "op=0 id=1 sector=$1 seg=0:0-7" | grep status=0
}

# What was chosen for the disk is not the frontend's to lose.
test_reconnect() {
	local before

	raw_guest u1
	raw_attach u1 xvda /dev/nulla
	check "reconnect: a frontend connects" raw_connect u1 xvda
	backend_exec "echo /one > $(device_file cgroup); echo copy > $(device_file data_path)"
	before=$(charged one)
	check "reconnect: it reads" raw_read 0
	check "reconnect: that is charged" [ "$(charged one)" = $((before + 4096)) ]
	check "reconnect: it goes" raw_disconnect u1 xvda
	check "reconnect: the group is remembered without it" \
		[ "$(backend_exec "cat $(device_file cgroup)")" = /one ]
	check "reconnect: it comes again" raw_connect u1 xvda
	check "reconnect: the group is remembered" \
		[ "$(backend_exec "cat $(device_file cgroup)")" = /one ]
	check "reconnect: so is the way of the data" \
		[ "$(backend_exec "cat $(device_file data_path)")" = copy ]
	before=$(charged one)
	check "reconnect: it reads again" raw_read 8
	check "reconnect: that is charged, too" [ "$(charged one)" = $((before + 4096)) ]
	# Chosen while nobody is connected, it holds for who comes.
	check "reconnect: it goes again" raw_disconnect u1 xvda
	backend_exec "echo /two > $(device_file cgroup)"
	before=$(charged two)
	check "reconnect: it comes a third time" raw_connect u1 xvda
	check "reconnect: it reads a third time" raw_read 16
	check "reconnect: for the other group" [ "$(charged two)" = $((before + 4096)) ]
	raw_disconnect u1 xvda
	raw_detach u1 xvda
}

# counted NAME COLUMN NUMBER REQUEST: sent so often, it is counted there, and nowhere else.
counted() {
	local name=$1 column=$2 number=$3 request=$4 before

	before=$(latency_rows u1 xvda | awk -v column="$column" -v by="$number" \
		'{ $column += by; print }')
	guest_exec u1 "for i in \$(seq $number); do echo '$request' > $RAW/send
		grep -q status=0 $RAW/answers || { cat $RAW/answers; exit 1; }; done" || return
	echo "$name: expected $before, now $(latency_rows u1 xvda)"
	[ "$(latency_rows u1 xvda)" = "$before" ]
}

# A stock guest sends no barriers where it can flush.
test_operations() {
	null_disk nullo size=8 cache_size=1 discard=1
	raw_attach u1 xvda /dev/nullo
	raw_connect u1 xvda
	latency_measure 1
	while IFS=: read -r -u 3 name column number request; do
		check "latency: $name counts where it belongs, and nowhere else" \
			counted "$name" "$column" "$number" "$request"
	done 3<<-END
		read:1:3:op=0 sector=0 seg=0:0-7
		write:2:4:op=1 sector=0 seg=0:0-7
		barrier:3:5:op=2 sector=0 seg=0:0-7
		empty barrier:3:2:op=2 nr=0
		flush:4:6:op=3 nr=0
		discard:5:7:op=5 sector=0 discard=8
		indirect read:1:2:op=6 inner=0 sector=0 seg=0:0-7*12
		indirect write:2:2:op=6 inner=1 sector=0 seg=0:0-7*12
	END
	latency_measure 0
	raw_disconnect u1 xvda
	raw_detach u1 xvda
	null_disk_gone nullo
}

# traced TEXT: a line of the tracepoints has it.
traced() {
	grep -F "$1" /tmp/trace
}

test_trace() {
	local queue events=/sys/kernel/tracing/events/xen_blkback

	raw_attach u1 xvda /dev/nulla
	raw_connect u1 xvda
	queue="queue=$(guest_domid u1).xvda-0"
	backend_exec "echo > /sys/kernel/tracing/trace; echo 1 > $events/enable"
	raw_send u1 'op=1 id=11 sector=16 seg=0:0-7 seg=1:0-3'
	raw_send u1 'op=0 id=12 sector=0 seg=0:5-4'
	backend_exec "echo 0 > $events/enable; cat /sys/kernel/tracing/trace" > /tmp/trace
	cat /tmp/trace
	check "trace: a request is taken" \
		traced "blkback_take: $queue id=11 op=1 sector=16 segments=2 refused="
	check "trace: in a pass, with its copies" traced "blkback_pass: $queue taken=1 map_ops=0 copy_ops=2"
	check "trace: and answered" traced "blkback_finish: $queue id=11 op=1 error=0"
	check "trace: one that is refused says why" \
		grep "blkback_take: $queue id=12 op=0 sector=0 segments=1 refused=..*" /tmp/trace
	raw_disconnect u1 xvda
	raw_detach u1 xvda
}

null_disk nulla size=8 irqmode=2 completion_nsec=20000000
disk_attach u1 xvda /dev/nulla
test_latency
test_threads
test_cgroup
disk_detach u1 xvda
test_reconnect
test_trace
test_operations
check "the groups can go" backend_exec 'rmdir /cgroup/one /cgroup/two'
check "the kernel log is clean" dmesg_check
