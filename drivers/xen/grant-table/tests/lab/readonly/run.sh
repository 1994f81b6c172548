# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# A guest writes to a disk that takes its time. Meanwhile its pages are mapped
# here, without the right to write: we try to, in all of them.

. /test/common/disks.sh
. /test/common/counters.sh

stray=/sys/module/xen_frames/parameters/stray

# in_flight KIND: waits for pages of that kind to be mapped, and tries them.
in_flight() {
	local i

	for ((i = 0; i < 30; i++)); do
		backend_exec "cat $stray" > /tmp/stray
		! grep -q "^$1 0\$" /tmp/stray || continue
		cat /tmp/stray
		return 0
	done
	return 1
}

tally() {
	sed -n "s/^$1 //p" /tmp/stray
}

# Xen/PV: the page table entry is read-only, and the processor sees to it. An
# auto-translated domain's own page tables allow the write; Xen drops it.
caught() {
	case $TOPOLOGY in
	pvh*) [ "$(tally faulted)" = 0 ] ;;
	*) [ "$(tally faulted)" = "$(tally readonly)" ] ;;
	esac
}

modules_load xen-gnttab.track_mappings=1
# Grants that stay mapped serve reads, too, and may be written.
path_force mapped
backend_exec 'insmod /lab/modules/xen-frames.ko'
null_disk slow size=16 irqmode=2 completion_nsec=3000000000
disk_attach u1 xvda /dev/slow
guest_exec u1 'head -c 128k /dev/urandom > /tmp/data'
sum=$(guest_exec u1 'sha256sum < /tmp/data')

guest_exec u1 'dd if=/tmp/data of=/dev/xvda bs=32k count=4 oflag=direct 2>&1' > /tmp/dd &
check "pages are mapped for a write, and may only be read" in_flight readonly
sed 's/^/# /' /tmp/stray
check "every stray write is caught" caught
check "no byte of the guest has changed" test "$(tally changed)" = 0
wait $!
check "the data is on the disk" test "$sum" = \
	"$(backend_exec 'dd if=/dev/slow bs=32k count=4 iflag=direct 2> /dev/null | sha256sum')"

guest_exec u1 'dd if=/dev/xvda of=/dev/null bs=32k count=2 iflag=direct 2>&1' > /tmp/dd &
check "pages are mapped for a read, and may be written" in_flight writable
check "none of them is read-only" test "$(tally readonly)" = 0
wait $!

disk_detach u1 xvda
null_disk_gone slow
backend_exec 'rmmod xen-frames'
check "nothing is tracked any more" \
	backend_exec "grep -qx 'entries 0' /sys/kernel/debug/xen-gnttab/m2p"
check "the kernel log is clean" dmesg_check
