# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sourced by tests of transfer: two domains that do what they are told.

readonly xfer=/sys/kernel/debug/xen-transfer-lab
readonly SELF=32752

backend_domid() {
	if [ "$BACKEND_DOMAIN" = dom0 ]; then echo 0; else guest_domid "$BACKEND_DOMAIN"; fi
}

# on DOMAIN CODE: in the backend's domain, or in a guest.
on() {
	if [ "$1" = backend ]; then backend_exec "$2"; else guest_exec -t 100 "$1" "$2"; fi
}

# tell DOMAIN COMMAND: print what came of it.
tell() {
	on "$1" "echo '$2' > $xfer/command && cat $xfer/result"
}

transfer_load_guest() {
	guest_put "$1" /lab/modules/xen-gnttab.ko /tmp/xen-gnttab.ko &&
		guest_put "$1" /lab/modules/xen-transfer-lab.ko /tmp/xen-transfer-lab.ko &&
		guest_exec "$1" 'insmod /tmp/xen-gnttab.ko && insmod /tmp/xen-transfer-lab.ko'
}

# transfer_load GUEST...: there, and where the backends are.
transfer_load() {
	local guest

	backend_exec 'insmod /lab/modules/xen-transfer-lab.ko' || return
	for guest; do
		transfer_load_guest "$guest" || return
	done
}

transfer_unload() {
	local guest

	backend_exec 'rmmod xen-transfer-lab' || return
	for guest; do
		guest_exec "$guest" 'rmmod xen-transfer-lab && rmmod xen-gnttab' || return
	done
}

# refs_of GUEST: what it has offered.
refs_of() {
	guest_exec "$1" "cat $xfer/refs" | tr '\n' ' '
}

# refs_tell REF...: to the sender, in pieces that fit into a write.
refs_tell() {
	backend_exec "echo clear > $xfer/command
		echo $* | xargs -n 100 | while read -r some; do echo \"\$some\" > $xfer/refs; done"
}

# offer GUEST NR [KEEP]: places, and the sender knows of them.
offer() {
	tell "$1" "offer $(backend_domid) $2 ${3-0}" && refs_tell "$(refs_of "$1")"
}

# says TEXT DOMAIN COMMAND: is that what comes of it?
says() {
	local want=$1 found
	shift

	found=$(tell "$@") || return
	echo "$found"
	case $found in
	$want) ;;
	*) return 1 ;;
	esac
}

# All memory of a domain in pages, as Xen and as its kernel see it.
memory_of() {
	tell "$1" "pages $SELF"
	on "$1" 'grep MemTotal /proc/meminfo'
}

# Nothing is on loan, nothing owed.
reservation_clean() {
	on "$1" 'cat /sys/kernel/debug/xen-gnttab/reservation' > /tmp/reservation
	cat /tmp/reservation
	grep -qx 'lent 0' /tmp/reservation && grep -qx 'owed 0' /tmp/reservation &&
		grep -qx 'stuck 0' /tmp/reservation
}
