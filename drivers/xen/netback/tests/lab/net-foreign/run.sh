# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# A page of one guest, mapped in the backend's domain, goes out to another in a
# packet: by its grant if the library remembers it, and copied if not.

. /test/common/net.sh
. /test/common/transfer.sh

# The address of the guest's interface as a number.
readonly ADDRESS=$(((10 << 24) + (9 << 16) + 2))
readonly PORT=7000

# For one connection. In the background: the guest obeys one command at a time.
receive() {
	guest_exec u1 "rm -f /tmp/got
		(sleep 30 | timeout 30 nc -l -p $PORT > /tmp/got) > /dev/null 2>&1 < /dev/null &"
}

# received LENGTH: that much; its length and CRC.
received() {
	guest_exec u1 "[ \$(wc -c < /tmp/got) -ge $1 ] &&
		echo \$(wc -c < /tmp/got) \$(gzip -c < /tmp/got | tail -c 8 |
			hexdump -v -n 4 -e '1/4 \"%08x\"')"
}

# send OFFSET LENGTH: from the borrowed page; the guest has got what was sent.
send() {
	receive
	wait_until 15 tell backend "forward $ADDRESS $PORT $1 $2" > /tmp/sent || return
	wait_until 15 received "$2" > /tmp/got || return
	echo "sent $(tail -n 1 /tmp/sent), got $(tail -n 1 /tmp/got)"
	[ "$(tail -n 1 /tmp/sent)" = "$(tail -n 1 /tmp/got)" ]
}

by_grant() {
	vif_counter u1 0 rx_by_grant
}

# sends OFFSET LENGTH HOW-MANY-BY-GRANT
sends() {
	local before

	before=$(by_grant)
	send "$1" "$2" && [ "$(by_grant)" = $((before + $3)) ]
}

guest_start u2 memory=200
check "the modules are loaded" transfer_load u2
tell u2 "grant $(backend_domid) 1"
refs_tell "$(refs_of u2)"
vif_attach u1 0
vif_address u1 0
check "the guests' interface works" backend_exec "ping -q -c 2 -W 5 $(there 0)"

check "a page of another guest is mapped" tell backend "borrow $(guest_domid u2) 1"
check "its data arrives, by its grant" sends 0 1400 1
check "so do other parts of it" sends 2701 1395 1
check "the page can be unmapped" tell backend give-back
check "it is mapped, and nobody remembers the grant" \
	tell backend "borrow $(guest_domid u2) 0"
check "its data arrives all the same, copied here" sends 5 1400 0
check "the page can be unmapped" tell backend give-back
check "nothing was refused" test "$(vif_counter u1 0 rx_bad_grants)" = 0
vif_detach u1 0
check "the granter has its page back" tell u2 revoke
check "the modules leave" transfer_unload u2
check "the kernel log is clean" dmesg_check
