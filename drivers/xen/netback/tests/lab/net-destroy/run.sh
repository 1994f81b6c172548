# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Guests are destroyed while they send and receive.

. /test/common/net.sh
. /test/common/coming.sh

vif_attach u1 0
vif_address u1 0
check "a guest is destroyed under load" one_guest
counts=$(net_counts)
note "before: $(tr '\n' ' ' <<< "$counts")"
guests 5
check "nothing is left" wait_until 15 net_counts_are "$counts"
vif_detach u1 0
check "the kernel log is clean" dmesg_check
