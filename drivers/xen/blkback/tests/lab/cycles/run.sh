# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# A disk comes and goes, with some I/O in between.

. /test/common/disks.sh
. /test/common/counters.sh
. /test/common/leaks.sh

case $TOPOLOGY in
driver) cycles=${CYCLES:-10} ;;
*) cycles=${CYCLES:-50} ;;
esac
# Two pages a cycle, in each half. All that a disk has but for the smallest
# structures is larger than that; what is counted exactly is counted besides.
most_kb=$((cycles * 4))

connected() {
	[ "$(xenstore-read "$1/state" 2>/dev/null)" = 4 ]
}

# What disk_attach and disk_detach do, with fewer questions to the guest.
one_cycle() {
	xl block-attach u1 "backend=${BACKEND_DOMAIN/dom0/Domain-0}" format=raw vdev=xvda access=rw \
		backendtype=phy script=/etc/xen/scripts/block-lab target=/dev/ram0
	wait_until 20 connected "$backend"
	guest_exec u1 "$work"
	xl block-detach u1 xvda
}

cycles_of() {
	local path=$1 number=$2 i

	path_force "$path"
	for ((i = 0; i < number; i++)); do
		one_cycle
	done
}

backend=/local/domain/$(xl domid "${BACKEND_DOMAIN/dom0/Domain-0}")/backend/vbd/$(guest_domid u1)/$(vdev_number xvda)
work='until [ -b /dev/xvda ]; do sleep 0.05; done
	dd if=/dev/zero of=/dev/xvda bs=64k count=4 oflag=direct 2>/dev/null &&
	dd if=/dev/xvda of=/dev/null bs=64k count=4 iflag=direct 2>/dev/null'

ram_disk 1
cycles_of mapped 3
cycles_of copied 3
sleep 1
counts=$(counts_now)
memory=$(memory_now)
note "before: $(tr '\n' ' ' <<< "$counts")"
cycles_of mapped $((cycles / 4))
cycles_of copied $((cycles / 4))
halfway=$(memory_now)
cycles_of mapped $((cycles / 4))
cycles_of copied $((cycles - cycles / 4 * 3))
check "$cycles cycles: nothing is left that can be counted" wait_until 15 counts_are "$counts"
check "memory does not grow by $most_kb kB with every $((cycles / 2)) cycles" \
	wait_until 30 memory_steady "$memory" "$halfway" "$most_kb"
check "the kernel log is clean" dmesg_check
