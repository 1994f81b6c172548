# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# One table of grant operations, here on real Xen; KUnit runs the same code over
# the model, and scripts/check compares the lines of both.

. /test/common/transfer.sh

conform=/sys/module/xen_conform/parameters

load_guest() {
	local name

	transfer_load_guest "$1" || return
	for name in granter receiver; do
		guest_put "$1" /lab/modules/xen-conform-$name.ko /tmp/$name.ko &&
			guest_exec "$1" "insmod /tmp/$name.ko" || return
	done
}

# refs GUEST NAME: of the guest's module.
refs() {
	guest_exec "$1" "cat /sys/module/xen_conform_$2/parameters/refs"
}

load_conform() {
	insmod /lab/modules/xen-conform.ko "granter=$(guest_domid "$1")" \
		"refs=$(refs "$1" granter),$(refs "$1" receiver)"
}

as_expected() {
	dmesg | grep 'xen_conform: .*: expected' || true
	[ "$(cat $conform/wrong)" = 0 ]
}

# All that Xen answered, in the order in which it was asked.
answers() {
	dmesg | sed -n 's/.*xen_conform: \(conform [a-z-]*: .*\)/\1/p'
}

# run_table GUEST: with grants of the guest, which does not survive it.
run_table() {
	check "$1 grants pages and offers places" load_guest "$1"
	check "the table is run" load_conform "$1"
	check "$1 takes all other memory that it may have" tell "$1" eat
	echo 1 > $conform/full
	guest_destroy "$1"
	echo 1 > $conform/dying
	check "Xen answers as the table says" as_expected
	rmmod xen-conform
	wait_until 20 bash -c '! xl list | grep -q null' || true
}

grants_of_version() {
	guest_exec "$1" "dmesg | grep -q 'Grant tables using version $2 layout'"
}

check "u1's grants are of version 1" grants_of_version u1 1
run_table u1
answers > /out/answers-1
guest_start u2 "cmdline=\"$LAB_CMDLINE lab.role=guest lab.name=u2 grant_table.version=2\""
check "u2's grants are of version 2" grants_of_version u2 2
run_table u2
answers > /out/answers
note "$(wc -l < /out/answers-1) operations on grants of version 1, $(wc -l < /out/answers) in all"
check "the kernel log is clean" dmesg_check
