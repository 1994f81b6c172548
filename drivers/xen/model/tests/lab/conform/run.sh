# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# One table of grant operations, here on real Xen; KUnit runs the same code over
# the model, and scripts/check compares the lines of both.

. /test/common/transfer.sh

conform=/sys/module/xen_conform/parameters

load_guest() {
	local name

	transfer_load_guest u1 || return
	for name in granter receiver; do
		guest_put u1 /lab/modules/xen-conform-$name.ko /tmp/$name.ko &&
			guest_exec u1 "insmod /tmp/$name.ko" || return
	done
}

# refs NAME: of the guest's module.
refs() {
	guest_exec u1 "cat /sys/module/xen_conform_$1/parameters/refs"
}

load_conform() {
	insmod /lab/modules/xen-conform.ko "granter=$(guest_domid u1)" \
		"refs=$(refs granter),$(refs receiver)"
}

as_expected() {
	dmesg | grep 'xen_conform: .*: expected' || true
	[ "$(cat $conform/wrong)" = 0 ]
}

# All that Xen answered, in the order in which it was asked.
answers() {
	dmesg | sed -n 's/.*xen_conform: \(conform [a-z-]*: .*\)/\1/p'
}

check "a guest grants pages and offers places" load_guest
check "the table is run" load_conform
check "the guest takes all other memory that it may have" tell u1 eat
echo 1 > $conform/full
guest_destroy u1
echo 1 > $conform/dying
answers > /out/answers
check "Xen answers as the table says" as_expected
rmmod xen-conform
note "$(wc -l < /out/answers) operations"
wait_until 20 bash -c '! xl list | grep -q null' || true
check "the kernel log is clean" dmesg_check
