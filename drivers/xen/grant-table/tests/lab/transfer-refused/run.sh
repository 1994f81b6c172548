# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Everything that can go wrong between two domains: the sender hears of it, and
# keeps as many pages as it had.

. /test/common/transfer.sh

# result WHAT NUMBER: a line of the sender in which that is all that happened.
result() {
	local word line="" number

	for word in sent busy nobody refused unsupported other kept wrong; do
		number=0
		[ "$word" != "$1" ] || number=$2
		line+="$word $number "
	done
	echo "${line}calls *"
}

check "the modules are loaded" transfer_load u1
u1=$(guest_domid u1)
theirs=$(memory_of u1)
ours=$(memory_of backend)

check "twenty places are offered" offer u1 20
check "another domain than the offered one does not exist" \
	says "$(result nobody 20)" backend "send 3000 1 7"
check "a page that is mapped twice is not sent, and is as before" \
	says "sent 0 busy 1 wrong 0" backend "send-busy $u1 1"
check "the offers still stand" says "$(result sent 20)" backend "send $u1 2 7"
check "no place takes a second page" says "$(result refused 20)" backend "send $u1 3 7"
check "what came first is there" \
	says "received 20 withdrawn 0 other 0 wrong 0" u1 "end 2"

check "twenty places are offered" offer u1 20
check "and taken back" says "received 0 withdrawn 20 other 0 wrong 0" u1 "end 2"
check "then nothing can be sent there" says "$(result refused 20)" backend "send $u1 4 32"
refs_tell 4000000000 123456
check "nor to where no entry is" says "$(result refused 2)" backend "send $u1 5 32"

check "another domain is offered twenty places" tell u1 "offer 77 20 0"
refs_tell "$(refs_of u1)"
check "and this one may not use them" says "$(result refused 20)" backend "send $u1 6 32"
check "they are taken back" says "received 0 withdrawn 20 other 0 wrong 0" u1 "end 6"

check "twenty places are offered" offer u1 20
check "the guest takes all other memory that it may have" tell u1 eat
check "a guest without room gets nothing" says "$(result refused 20)" backend "send $u1 7 32"
check "it gives the memory back" tell u1 spit
check "then it has room" says "$(result sent 20)" backend "send $u1 8 32"
check "what came is right" says "received 20 withdrawn 0 other 0 wrong 0" u1 "end 8"

check "the guest's memory is what it was" [ "$(memory_of u1)" = "$theirs" ]
check "so is ours" [ "$(memory_of backend)" = "$ours" ]

guest_start u2 memory=200
check "the modules are loaded in a second guest" transfer_load_guest u2
u2=$(guest_domid u2)
check "it offers places" offer u2 4000
(sleep 0.3; guest_destroy u2) &
tell backend "send $u2 9 1 1000" > /tmp/destroyed
wait
note "$(cat /tmp/destroyed)"
check "it was destroyed in the middle" grep -Eq 'sent [1-9].* (nobody|refused) [1-9]' /tmp/destroyed
check "no page was lost" grep -q 'busy 0 .*unsupported 0 other 0 kept 0 wrong 0' /tmp/destroyed
check "ours is what it was" [ "$(memory_of backend)" = "$ours" ]
check "nothing is owed" reservation_clean backend
check "the modules leave" transfer_unload u1
check "the kernel log is clean" dmesg_check
