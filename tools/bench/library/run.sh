# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Runs the plan of tools/bench/bench in dom0. Its lines are
#
#   MARK COMMAND PAGES ROUNDS
#
# with a command of the module xen-transfer-lab.

. /test/common/transfer.sh

# What is given away needs a place at the other end, and one round is not counted.
run_transfer() {
	local mark=$1 pages=$2 rounds=$3 nr=$(($2 * ($3 + 1)))

	offer u1 $nr
	tell backend "bench-transfer $mark $u1 $pages $rounds"
	says "received $nr withdrawn 0 other 0 wrong 0" u1 "end 0"
}

check "the modules are loaded" transfer_load u1
u1=$(guest_domid u1)
grep -v '\[' /proc/kallsyms > /out/kernel
grep '\[' /proc/kallsyms > /out/modules
tell u1 "grant $(backend_domid) 256"
refs_tell "$(refs_of u1)"
while read -r mark command pages rounds; do
	note "$command, $pages pages, $rounds times"
	case $command in
	bench-transfer) run_transfer "$mark" "$pages" "$rounds" ;;
	*) tell backend "$command $mark $u1 $pages $rounds" ;;
	esac
done < /test/library-plan
tell u1 revoke
check "the modules leave" transfer_unload u1
check "the kernel log is clean" dmesg_check
