# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What is on a disk after a crash, and many disks, on a PVH dom0. To attach and
# to detach one takes 20 s there on a busy host, hence fewer of them, and one way
# of the data.

export TESTS="many durable filesystem-xfs" PATHS="copied" DISKS=8
. /test/pvh-dom0/run.sh
