# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Many disks, and a disk that wants as much as it can get.

. /test/common/disks.sh
. /test/common/counters.sh
. /test/common/leaks.sh
. /test/common/raw.sh

DISKS=${DISKS:-24}

letters() {
	echo {a..z} | cut -d ' ' -f "1-$DISKS"
}

attach_all() {
	local letter n=0

	for letter in $(letters); do
		raw_attach u1 "xvd$letter" "/dev/ram$n" || return
		n=$((n + 1))
	done
	guest_exec -t 60 u1 "for i in \$(seq 500); do
		[ \$(ls /dev/xvd? 2>/dev/null | wc -l) != $DISKS ] || exit 0; sleep 0.1; done; exit 1"
}

detach_all() {
	local letter

	for letter in $(letters); do
		xl block-detach u1 "xvd$letter" || return
	done
}

# Each disk has its own name on it, all written at the same time.
write_all='for disk in /dev/xvd?; do
		(yes $disk | dd of=$disk bs=64k count=8 iflag=fullblock oflag=direct 2> /dev/null) &
	done
	for disk in /dev/xvd?; do wait -n || exit 1; done'

right_all() {
	local letter n=0 code=

	for letter in $(letters); do
		code+="blockdev --flushbufs /dev/ram$n
			yes /dev/xvd$letter | head -c 524288 | cmp -n 524288 - /dev/ram$n || exit 1
"
		n=$((n + 1))
	done
	backend_exec "$code"
}

test_disks() {
	local counts

	ram_disk 1 "$DISKS"
	counts=$(counts_now)
	check "$DISKS disks are attached" attach_all
	check "$DISKS disks: written at the same time" guest_exec -t 100 u1 "$write_all"
	check "$DISKS disks: each has its own data" right_all
	check "$DISKS disks are detached" detach_all
	check "$DISKS disks: nothing is left" wait_until 20 counts_are "$counts"
}

# peaks KIND: the most pages that each queue had, summed.
peaks() {
	backend_exec "cat /sys/kernel/debug/xen-blkback/$(vbd greedy xvda)" |
		sed -n "s/^  $1 .* peak \([0-9]*\) .*/\1/p" | awk '{ n += $1 } END { print n + 0 }'
}

# All rings full of requests of 11 pages: ten times as many as the cap. Each ring
# names pages of its own, for Xen lets none be mapped some hundred times.
flood() {
	guest_exec -t 100 greedy "for queue in \$(seq 0 15); do
		echo \$queue > $RAW/queue
		echo \"op=$1 sector=0 seg=\$((queue * 16)):0-7*11\" > $RAW/flood || exit 1; done"
}

# One more on each ring, behind all those: what is printed of them is cut off.
answered() {
	guest_exec -t 400 greedy "for queue in \$(seq 0 15); do
		echo \$queue > $RAW/queue; echo > $RAW/send
		echo 'op=0 id=7777 sector=0 seg=0:0-7' > $RAW/send
		grep -q '^id=7777 op=0 status=0' $RAW/answers || exit 1; done"
}

at_most() {
	echo "$1 pages at once"
	[ "$1" -le "$2" ]
}

more_than() {
	echo "$1, should be more than $2"
	[ "$1" -gt "$2" ]
}

test_greedy() {
	local path=$1 kind=$2 op=$3 counter=$4 before extra=$5

	backend_exec "echo $path > /sys/bus/xen-backend/devices/$(vbd greedy xvda)/data_path"
	before=$(disk_counter greedy xvda "$counter")
	check "greedy, $path: 8192 requests of 11 pages" flood "$op"
	check "greedy, $path: all are answered" answered
	note "greedy, $path: at most $(peaks "$kind") pages at once"
	check "greedy, $path: no more than the cap" at_most "$(peaks "$kind")" 8192
	check "greedy, $path: but a lot" more_than "$(peaks "$kind")" 4096
	check "greedy, $path: requests had to wait" more_than "$(disk_counter greedy xvda stalls)" 0
	check "greedy, $path: every one was served" \
		[ $(($(disk_counter greedy xvda "$counter") - before)) = $((8192 + extra)) ]
	check "greedy, $path: no request failed" no_errors greedy xvda
}

test_budget() {
	backend_exec 'echo 16 > /sys/module/xen_blkback/parameters/max_queues'
	null_disk nullbg size=1 irqmode=2 completion_nsec=1000000000 hw_queue_depth=1024
	guest_start greedy memory=160
	raw_guest greedy
	raw_attach greedy xvda /dev/nullbg
	check "greedy: 16 queues of 16 pages each" raw_connect greedy xvda queues=16 order=4 pages=256
	test_greedy map map_pages 1 writes 0
	test_greedy copy copy_pages 0 reads 16
	guest_destroy greedy
	backend_exec 'echo 0 > /sys/module/xen_blkback/parameters/max_queues'
}

some_io() {
	guest_exec u1 'fio --name=x --filename=/dev/xvda --rw=randrw --bs=64k --size=1m --direct=1 \
		--ioengine=libaio --iodepth=8 --verify=crc32c --verify_fatal=1 --minimal > /dev/null'
}

kept_less() {
	echo "$(disk_counter u1 xvda persistent_grants) stay mapped"
	[ "$(disk_counter u1 xvda persistent_grants)" -lt "$1" ]
}

# The kernel asks for what it can have: grants that stay mapped are among it.
test_pressure() {
	local kept

	path_force default
	disk_attach u1 xvda /dev/ram0
	check "pressure: some I/O" some_io
	kept=$(disk_counter u1 xvda persistent_grants)
	note "pressure: $kept grants stay mapped"
	check "pressure: grants stay mapped" [ "$kept" -gt 16 ]
	backend_exec 'echo 2 > /proc/sys/vm/drop_caches'
	check "pressure: they are given back" wait_until 10 kept_less $((kept / 2))
	check "pressure: and it goes on" some_io
	check "pressure: no request failed" no_errors u1 xvda
	disk_detach u1 xvda
}

test_disks
test_pressure
test_budget
check "the kernel log is clean" dmesg_check
