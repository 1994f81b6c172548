# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# A PVH dom0 cannot be restored, only booted: all that has to be seen on one
# runs here, one after the other, smaller where it repeats itself.

. /test/common/disks.sh

export CYCLES=10 GUESTS=3 SIZES="4k:64k 64k:1m 1m:4m"

# A test by itself: what it prints counts, and so does how it ends. Some leave the
# guest's driver with parameters of their own.
one_test() {
	note "---- $1"
	bash -eu "/test/$1/run.sh" || fail "$1 ends with status $?"
	frontend_reload u1
	modules_unload && modules_load
}

for name in filesystem verify properties queues cycles destroy reload; do
	one_test $name
done
