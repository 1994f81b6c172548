# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Guests are destroyed while their requests are at the disk.

. /test/common/disks.sh
. /test/common/counters.sh
. /test/common/leaks.sh

case $TOPOLOGY in
driver) guests=${GUESTS:-3} ;;
pv-pvh) guests=${GUESTS:-8} ;;
*) guests=${GUESTS:-20} ;;
esac
# In each half of them.
most_kb=$((guests * 32))

busy() {
	[ "$(disk_counter victim xvda reads)" -gt "$1" ]
}

in_flight() {
	backend_exec "grep -h '^  inflight' /sys/kernel/debug/xen-blkback/$(vbd victim xvda)" |
		awk '{ n += $2 } END { exit n == 0 }'
}

gone() {
	backend_exec "! ls -d /sys/bus/xen-backend/devices/vbd-$1-* 2>/dev/null"
}

# A guest that was destroyed while it was served, and the other one goes on.
one_guest() {
	local number=$1 domid fio

	guest_start victim memory=200 || return
	domid=$(guest_domid victim)
	disk_attach victim xvda /dev/nullbslow || return
	guest_exec -t 60 victim 'fio --name=x --filename=/dev/xvda --rw=randrw --bs=4k-128k \
		--size=16m --direct=1 --ioengine=libaio --iodepth=32 --time_based --runtime=50' \
		> /tmp/fio.log 2>&1 &
	fio=$!
	wait_until 20 busy 20 || return
	wait_until 10 in_flight || { echo "no request is in flight"; return 1; }
	xl destroy victim
	wait $fio || true
	guest_exec u1 "dd if=/dev/xvda of=/dev/null bs=64k count=4 skip=$number iflag=direct \
		2>/dev/null" || return
	wait_until 10 gone "$domid"
}

# Answers take so long that there are always some to wait for.
null_disk nullbslow size=16 irqmode=2 completion_nsec=1000000000
# It takes a page with the first write to each place: not while guests are counted.
backend_exec 'dd if=/dev/zero of=/dev/nullbslow bs=1M conv=fsync 2>/dev/null || true'
ram_disk 8
disk_attach u1 xvda /dev/ram0
path_force mapped
one_guest 0
path_force copied
one_guest 1
sleep 1
counts=$(counts_now)
memory=$(memory_now)
note "before: $(tr '\n' ' ' <<< "$counts")"
for ((i = 1; i <= guests; i++)); do
	if [ $((i % 2)) = 0 ]; then path_force mapped; else path_force copied; fi
	check "guest $i of $guests is destroyed in the middle of fio" one_guest "$i"
	[ $i != $((guests / 2)) ] || halfway=$(memory_now)
done
check "nothing is left that can be counted" wait_until 30 counts_are "$counts"
# The toolstack's process of the last guest takes its time to go.
check "memory does not grow by $most_kb kB with every $((guests / 2)) guests" \
	wait_until 30 memory_steady "$memory" "$halfway" "$most_kb"
check "the other guest's data is right" guest_exec u1 'fio --name=x --filename=/dev/xvda \
	--rw=randrw --bs=16k --size=4m --direct=1 --ioengine=libaio --iodepth=16 \
	--verify=crc32c --minimal'
disk_detach u1 xvda
check "the kernel log is clean" dmesg_check
