# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sourced by the tests: a guest whose frontend is xen-raw-netfront and a script.

RAW=/sys/kernel/debug/xen-raw-netfront

# raw_guest GUEST: it has no other frontend from now on.
raw_guest() {
	guest_exec "$1" 'rmmod xen-netfront 2>/dev/null; [ ! -e /sys/module/xen_netfront ]' &&
		guest_put "$1" /lab/modules/xen-raw-netfront.ko /tmp/raw.ko
}

# raw_attach GUEST DEVID [KEY=VALUE...]: the toolstack's half only.
raw_attach() {
	local guest=$1 devid=$2
	shift 2

	[ "$BACKEND_DOMAIN" = dom0 ] || set -- "$@" "backend=$BACKEND_DOMAIN"
	xl network-attach "$guest" "devid=$devid" "mac=00:16:3e:09:00:0$devid" \
		script=/etc/xen/scripts/vif-lab "$@"
}

# raw_state GUEST DEVID STATE...: the backend's state is one of these.
raw_state() {
	local backend now

	backend=$(xenstore-read "/local/domain/$(guest_domid "$1")/device/vif/$2/backend")
	now=$(xenstore-read "$backend/state")
	shift 2
	case " $* " in
	*" $now "*) ;;
	*) echo "the backend's state is $now"; return 1 ;;
	esac
}

# raw_load GUEST [PARAMETER=VALUE...]: rings and event channels, but no keys yet.
raw_load() {
	local guest=$1 backend
	shift
	backend=$(xl domid "${BACKEND_DOMAIN/dom0/Domain-0}")
	guest_exec "$guest" "insmod /tmp/raw.ko backend=$backend $*"
}

# raw_keys GUEST DEVID: what the module says.
raw_keys() {
	guest_exec "$1" "while read -r key value; do
			xenstore-write device/vif/$2/\$key \"\$value\" || exit 1
		done < $RAW/keys"
}

# raw_say GUEST DEVID STATE: the frontend's.
raw_say() {
	guest_exec "$1" "xenstore-write device/vif/$2/state '$3'"
}

# raw_connect GUEST DEVID [PARAMETER=VALUE...]: the whole way up.
raw_connect() {
	local guest=$1 devid=$2
	shift 2

	raw_load "$guest" "$@" && raw_keys "$guest" "$devid" && raw_say "$guest" "$devid" 4 &&
		wait_until 20 raw_state "$guest" "$devid" 4 > /dev/null
}

# raw_disconnect GUEST DEVID: and down.
raw_disconnect() {
	raw_say "$1" "$2" 5 && wait_until 20 raw_state "$1" "$2" 5 6 > /dev/null &&
		raw_say "$1" "$2" 6 && wait_until 20 raw_state "$1" "$2" 6 > /dev/null &&
		guest_exec "$1" 'rmmod xen-raw-netfront'
}

# raw_do GUEST FILE LINE: a command, and what it says.
raw_do() {
	guest_exec -t 100 "$1" "echo '$3' > $RAW/$2 && cat $RAW/answers"
}

# raw_host GUEST DEVID HERE THERE: addresses of the backend's end and of the
# guest's, which cannot be asked for its own.
raw_host() {
	local vif

	vif=$(vif_name "$1" "$2")
	backend_exec "echo 1 > /proc/sys/net/ipv6/conf/$vif/disable_ipv6
		ip addr add $3/32 dev $vif; ip link set $vif mtu 9000; ip link set $vif up
		ip route add $4/32 dev $vif && arp -i $vif -s $4 00:16:3e:09:00:0$2"
}

# raw_echo_to GUEST DEVID HERE THERE: whom the guest asks for echoes.
raw_echo_to() {
	guest_exec "$1" "echo '00:16:3e:09:00:0$2 $4 $3' > $RAW/echo-to"
}

# raw_echoes GUEST SIZE COUNT [SLOTS [HASHED]]: all of them come back.
raw_echoes() {
	local guest=$1
	shift

	raw_do "$guest" ping "$*" | tee /tmp/echoes
	grep -q "error=0 " /tmp/echoes && grep -qx "sent=$2 good=$2" /tmp/echoes
}
