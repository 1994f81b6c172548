# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# One table of grant operations, here on real Xen; KUnit runs the same code over
# the model, and scripts/check compares the lines of both.

granter=/sys/module/xen_conform_granter/parameters/refs
conform=/sys/module/xen_conform/parameters

load_granter() {
	guest_put u1 /lab/modules/xen-conform-granter.ko /tmp/granter.ko &&
		guest_exec u1 'insmod /tmp/granter.ko'
}

load_conform() {
	insmod /lab/modules/xen-conform.ko "granter=$(guest_domid u1)" \
		"refs=$(guest_exec u1 "cat $granter")"
}

as_expected() {
	dmesg | grep 'xen_conform: .*: expected' || true
	[ "$(cat $conform/wrong)" = 0 ]
}

# All that Xen answered, in the order in which it was asked.
answers() {
	dmesg | sed -n 's/.*xen_conform: \(conform [a-z-]*: .*\)/\1/p'
}

check "a guest grants pages" load_granter
check "the table is run" load_conform
guest_destroy u1
echo 1 > $conform/dying
answers > /out/answers
check "Xen answers as the table says" as_expected
rmmod xen-conform
note "$(wc -l < /out/answers) operations"
wait_until 20 bash -c '! xl list | grep -q null' || true
check "the kernel log is clean" dmesg_check
