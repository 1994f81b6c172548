# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# A guest is saved while its requests are at the disk, and restored: it sends
# what was not answered again, and loses nothing.

. /test/common/disks.sh
. /test/common/counters.sh
. /test/common/leaks.sh

image=/tmp/saved

# In the background of the guest: the agent that started it forgets about it.
start_fio() {
	guest_exec saved 'rm -f /tmp/fio.status
		(setsid fio --name=x --filename=/dev/xvda --rw=randrw --bs=4k-8k --size=7m \
			--direct=1 --ioengine=libaio --iodepth=16 --verify=crc32c --verify_fatal=1 \
			--fdatasync=16 --minimal > /tmp/fio.out 2>&1 < /dev/null
		echo $? > /tmp/fio.status) > /dev/null 2>&1 &'
}

fio_runs() {
	guest_exec saved '[ ! -e /tmp/fio.status ] && ps | grep -q "[f]io --name"'
}

fio_ended() {
	guest_exec -t 100 saved 'for i in $(seq 900); do
			[ ! -e /tmp/fio.status ] || break
			sleep 0.1
		done
		tail -c 500 /tmp/fio.out; exit $(cat /tmp/fio.status)'
}

in_flight() {
	[ "$(disk_counter saved xvda inflight)" -gt 4 ]
}

gone() {
	backend_exec "! ls -d /sys/bus/xen-backend/devices/vbd-$1-* 2>/dev/null"
}

restore() {
	xl restore "$image" && labctl ready saved 60
}

one_round() {
	local path=$1 domid

	path_force "$path"
	start_fio
	check "$path: requests are at the disk" wait_until 20 in_flight
	domid=$(guest_domid saved)
	check "$path: it is saved" xl save saved "$image"
	check "$path: its old disks are gone" wait_until 20 gone "$domid"
	check "$path: it is restored" restore
	rm "$image"
	check "$path: fio was in the middle" fio_runs
	check "$path: every block is right" fio_ended
	check "$path: both sides see the same disk" same_data saved xvda /dev/nullbs
	check "$path: and the same second disk" same_data saved xvdb /dev/ram0
	check "$path: the requests went this way" [ "$(disk_counter saved xvda "$path")" -gt 0 ]
	check "$path: no request failed" no_errors saved xvda
}

# Its state is saved, but it stays and goes on: neither side connects again.
one_suspend() {
	local domid

	path_force default
	start_fio
	check "suspend: requests are at the disk" wait_until 20 in_flight
	domid=$(guest_domid saved)
	check "suspend: it stands still, and goes on" xl save -c saved "$image"
	rm "$image"
	check "suspend: it is the same guest" [ "$(guest_domid saved)" = "$domid" ]
	check "suspend: every block is right" fio_ended
	check "suspend: both sides see the same disk" same_data saved xvda /dev/nullbs
	check "suspend: no request failed" no_errors saved xvda
}

null_disk nullbs size=8 cache_size=2 irqmode=2 completion_nsec=100000000
ram_disk 4
counts=$(counts_now)
guest_start saved memory=160 maxmem=160
disk_attach saved xvda /dev/nullbs
disk_attach saved xvdb /dev/ram0
one_suspend
one_round mapped
one_round copied
path_force default
one_round persistent
guest_destroy saved
check "nothing is left that can be counted" wait_until 20 counts_are "$counts"
check "the kernel log is clean" dmesg_check
