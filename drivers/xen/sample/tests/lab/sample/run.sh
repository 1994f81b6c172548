# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# The sample of Documentation/writing-a-backend.rst, against a page of a guest:
# each time it is loaded it reads what it has written the time before.

seen=/sys/module/xen_sample/parameters/seen

. /test/common/transfer.sh

# sample SAY REF: loads it.
sample() {
	backend_exec "insmod /lab/modules/xen-sample.ko granter=$(guest_domid u1) ref=$2 say=$1"
}

# sample_refused REF: it does not load.
sample_refused() {
	! sample nothing "$1"
}

# A page of the granter's module holds the byte 0xc0 only.
untouched() {
	[ "$(backend_exec "tr -d '\n' < $seen | tr -d '\300' | wc -c")" = 0 ] &&
		[ "$(backend_exec "tr -d '\n' < $seen | wc -c")" = 63 ]
}

guest_put u1 /lab/modules/xen-conform-granter.ko /tmp/granter.ko
guest_exec u1 "insmod /tmp/granter.ko to=$(backend_domid)"
refs=$(guest_exec u1 'cat /sys/module/xen_conform_granter/parameters/refs')
writable=$(echo "$refs" | cut -d, -f1)
readonly=$(echo "$refs" | cut -d, -f2)

check "the page is read and written" sample greetings "$writable"
check "it held what the guest had put there" untouched
backend_exec 'rmmod xen-sample'
check "once more" sample farewell "$writable"
check "the guest's memory held what was written" test "$(backend_exec "cat $seen")" = greetings
backend_exec 'rmmod xen-sample'
check "a page that may only be read is not written" sample_refused "$readonly"
check "nor is one that does not exist" sample_refused 30000
check "the guest can take its pages back" guest_exec u1 'rmmod xen-conform-granter'
check "the kernel log is clean" dmesg_check
