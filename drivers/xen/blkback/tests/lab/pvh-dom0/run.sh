# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# A PVH dom0 cannot be restored, only booted: all that has to be seen on one
# runs here, one after the other, smaller where it repeats itself.

. /test/common/disks.sh

TESTS=${TESTS:-"filesystem verify properties queues cycles destroy reload"}
export CYCLES=10 GUESTS=3 SIZES="4k:64k 64k:1m 1m:4m"

# What a test leaves: guests, disks, parameters of modules.
as_new() {
	local guest

	for guest in $(xl list | awk 'NR > 1 { print $1 }'); do
		case $guest in
		Domain-0 | u1) ;;
		*) guest_destroy "$guest" ;;
		esac
	done
	for disk in /sys/kernel/config/nullb/*/; do
		[ ! -d "$disk" ] || rmdir "$disk"
	done
	frontend_reload u1
	modules_unload && modules_load
}

# A test by itself: what it prints counts, and so does how it ends.
one_test() {
	note "---- $1"
	as_new
	bash -eu "/test/$1/run.sh" || fail "$1 ends with status $?"
}

for name in $TESTS; do
	one_test "$name"
done
