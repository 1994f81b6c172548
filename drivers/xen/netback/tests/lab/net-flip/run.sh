# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Packets that arrive by transfer, in a guest whose frontend is
# xen-flip-netfront; another guest has a frontend like any other.

. /test/common/net.sh
. /test/common/trace.sh

readonly DEVID=5
readonly SEEN=/sys/kernel/debug/xen-flip-netfront
readonly KILOBYTES=600

may_flip() {
	backend_exec "echo $1 > /sys/module/xen_netback/parameters/rx_flip"
}

# A guest without any other frontend.
flip_guest() {
	guest_start flip memory=200 &&
		guest_exec flip 'rmmod xen-netfront' &&
		guest_put flip /lab/modules/xen-gnttab.ko /tmp/xen-gnttab.ko &&
		guest_put flip /lab/modules/xen-flip-netfront.ko /tmp/flip.ko &&
		guest_exec flip 'insmod /tmp/xen-gnttab.ko'
}

flip_attach() {
	local words=()

	[ "$BACKEND_DOMAIN" = dom0 ] || words+=("backend=$BACKEND_DOMAIN")
	xl network-attach flip "devid=$DEVID" "mac=00:16:3e:09:00:0$DEVID" \
		script=/etc/xen/scripts/vif-lab ${words[@]+"${words[@]}"}
}

flip_backend() {
	xenstore-read "$(xenstore-read "/local/domain/$(guest_domid flip)/device/vif/$DEVID/backend")/$1"
}

# flip_backend_is KEY VALUE...: one of these.
flip_backend_is() {
	local now key=$1

	now=$(flip_backend "$key")
	shift
	case " $* " in
	*" $now "*) ;;
	*) echo "$key is $now"; return 1 ;;
	esac
}

flip_load() {
	local backend

	backend=$(xl domid "${BACKEND_DOMAIN/dom0/Domain-0}")
	guest_exec flip "insmod /tmp/flip.ko backend=$backend
		while read -r key value; do
			xenstore-write device/vif/$DEVID/\$key \"\$value\" || exit 1
		done < $SEEN/keys"
}

flip_say() {
	guest_exec flip "xenstore-write device/vif/$DEVID/state $1"
}

flip_connect() {
	flip_attach && flip_load && flip_say 4 && wait_until 20 flip_backend_is state 4
}

flip_disconnect() {
	flip_say 5 && wait_until 20 flip_backend_is state 5 6 &&
		flip_say 6 && wait_until 20 flip_backend_is state 6 &&
		guest_exec flip 'rmmod xen-flip-netfront'
}

flip_detach() {
	local vif

	vif=$(vif_name flip "$DEVID")
	xl network-detach flip "$DEVID" && wait_until 20 backend_exec "[ ! -e /sys/class/net/$vif ]"
}

# What is sent to this group leaves through the interface, and nobody is asked
# for an address before.
flip_route() {
	local vif

	vif=$(vif_name flip "$DEVID")
	backend_exec "ip addr add $(here $DEVID)/24 dev $vif; ip link set $vif mtu 9000 up
		ip route add 239.9.0.0/16 dev $vif"
}

# flip_send BYTES [COUNT]: so much in a datagram; all of the data, or so many of them.
flip_send() {
	local all="dd if=/tmp/data bs=$1 ${2:+count=$2} 2>/dev/null"

	backend_exec "$all >> /tmp/expected; exec 3<> /dev/udp/239.9.$DEVID.2/5001 && $all >&3"
}

# flip_send_singly BYTES COMMAND...: three datagrams, none before the command says
# that the last one has been answered.
flip_send_singly() {
	local bytes=$1
	shift

	for _ in 1 2 3; do
		flip_send "$bytes" 1 && wait_until 20 "$@" || return
	done
}

# What is larger than 16 KiB, UDP puts into pages, and these are the packet's
# own if Linux does not take eight of them at a time.
flip_send_whole() {
	backend_exec "ip link set $(vif_name flip $DEVID) mtu 40000
		echo 1 > /proc/sys/net/core/high_order_alloc_disable"
	flip_send 28672
}

# seen NAME: a number of the frontend's.
seen() {
	guest_exec flip "cat $SEEN/status" | tr ' ' '\n' | awk -v name="$1" 'take { print; exit } { take = $1 == name }'
}

seen_is() {
	[ "$(seen "$1")" = "$2" ]
}

all_there() {
	seen_is bytes "$(backend_exec 'wc -c < /tmp/expected')"
}

same_data() {
	guest_exec flip "sha256sum < $SEEN/data" > /tmp/sum.flip
	backend_exec 'sha256sum < /tmp/expected' | cmp - /tmp/sum.flip
}

pages_agree() {
	[ "$(vif_counter flip "$DEVID" rx_flipped)" = "$(seen pages)" ]
}

# refused NUMBER: more than so many.
refused() {
	flip_send 1400 400 && [ "$(seen refused)" -gt "$1" ]
}

flipped() {
	[ "$(vif_counter flip "$DEVID" rx_flipped)" -gt "$1" ]
}

# Of both domains, as Xen and as their kernels count it.
memory_of_both() {
	xl list | awk '{ print $1, $3 }'
	backend_exec 'grep MemTotal /proc/meminfo'
	guest_exec flip 'grep MemTotal /proc/meminfo'
}

memory_is() {
	[ "$(memory_of_both)" = "$1" ] || {
		memory_of_both
		return 1
	}
}

nothing_owed() {
	local code='cat /sys/kernel/debug/xen-gnttab/reservation'

	backend_exec "$code" | grep -E '^(lent|owed|stuck) [^0]' && return 1
	[ $# = 0 ] || ! guest_exec "$1" "$code" | grep -E '^(lent|owed|stuck) [^0]'
}

# All slots that were answered.
answered() {
	echo $(($(seen pages) + $(seen refused)))
}

# another_answered SLOTS: each time, so many more.
another_answered() {
	[ "$(answered)" = $((slots + $1)) ] && slots=$((slots + $1))
}

settled() {
	local before

	before=$(answered)
	sleep 1
	[ "$(answered)" = "$before" ]
}

# Whatever comes alone has a pass for itself, and what it leaves is for the next.
test_trace_singly() {
	local queue slots=0

	queue="queue=$(vif_name flip "$DEVID")-q0"
	trace_begin
	check "three datagrams of a page each" flip_send_singly 1400 another_answered 1
	check "three of two pages" flip_send_singly 8000 another_answered 2
	trace_end
	check "each has its event" events 3 "flip: $queue pages=1 failed=0 spare=1"
	check "with all pages" events 3 "flip: $queue pages=2 failed=0 spare=2"
	check "and there is no other" events 6 "flip: .*"
	check "a packet has as many operations as pages" events 6 \
		"receive: $queue size=(1442 slots=1 copy_ops=1|8042 slots=2 copy_ops=2) gso_size=0 copied=1"
}

test_contents() {
	local before

	backend_exec "head -c ${KILOBYTES}k /dev/urandom > /tmp/data; rm -f /tmp/expected"
	check "the guest asks for pages, and is served" flip_connect
	check "they are offered" flip_backend_is feature-rx-flip 1
	flip_route
	test_trace_singly
	before=$(memory_of_both)
	note "before: $(tr '\n' ' ' <<< "$before")"
	check "datagrams that fit into a page are sent" flip_send 1400
	check "they arrive" wait_until 60 all_there
	check "datagrams of several pages are sent" flip_send 8000
	check "they arrive, too" wait_until 60 all_there
	check "packets with pages of their own are sent" flip_send_whole
	check "they arrive as well" wait_until 60 all_there
	check "and most of their pages were given away as they came" \
		[ "$(vif_counter flip $DEVID rx_flip_whole)" -gt 100 ]
	note "$(guest_exec flip "cat $SEEN/status")"
	check "with what was sent" same_data
	check "and nothing else" seen_is wrong 0
	check "each page is counted" wait_until 20 pages_agree
	check "none was refused" [ "$(vif_counter flip $DEVID rx_flip_errors)" = 0 ]
	check "the memory of both is what it was" wait_until 30 memory_is "$before"
	check "nothing is owed" wait_until 30 nothing_owed
}

# A guest that receives copies does not notice.
test_neighbour() {
	vif_attach u1 0
	vif_address u1 0
	data_make 2
	check "another guest gets its data by copy" tcp_to_guest "$(there 0)"
	check "and no page" [ "$(vif_counter u1 0 rx_flipped)" = 0 ]
	check "the first one still gets pages" flip_send 1400
}

flip_counts() {
	echo "$(vif_counter flip $DEVID rx_flipped) $(vif_counter flip $DEVID rx_flip_errors)"
}

# events_agree BEFORE: with the counters, and with what the guest saw.
events_agree() {
	local was now pages failed

	read -r -a was <<< "$1"
	read -r -a now <<< "$(flip_counts)"
	pages=$(sum flip pages)
	failed=$(sum flip failed)
	echo "events: $pages pages, $failed failed; counters: $1 before, ${now[*]} now"
	[ "$failed" -gt 100 ] && [ $((pages - failed)) = $((now[0] - was[0])) ] &&
		[ "$failed" = $((now[1] - was[1])) ] && seen_is refused "$failed"
}

# By now every reference that the ring has is bad.
test_trace_refused() {
	local queue slots

	queue="queue=$(vif_name flip "$DEVID")-q0"
	slots=$(answered)
	trace_begin netback_flip
	check "three datagrams, of two pages each" flip_send_singly 8000 another_answered 2
	trace_end
	check "the event of each says that none was taken" events 3 \
		"flip: $queue pages=2 failed=2 spare=[0-9]+"
	check "and there is no other event" events 3 "flip: .*"
}

test_refused() {
	local before counts

	before=$(memory_of_both)
	counts=$(flip_counts)
	trace_begin netback_flip
	guest_exec flip 'echo Y > /sys/module/xen_flip_netfront/parameters/bad'
	check "it names references that it has not offered" \
		wait_until 60 refused 100
	check "all are answered" wait_until 60 settled
	trace_end
	check "the events say how many, as the counters and the guest do" events_agree "$counts"
	test_trace_refused
	guest_exec flip 'echo N > /sys/module/xen_flip_netfront/parameters/bad'
	check "each is answered with an error" seen_is wrong 0
	check "our memory is what it was" wait_until 30 memory_is "$before"
}

test_off() {
	check "the guest disconnects" flip_disconnect
	check "neither side owes anything" wait_until 30 nothing_owed flip
	check "the interface goes" flip_detach
	check "the administrator forbids it" may_flip 0
	check "then it is not offered" flip_attach
	check "as the key says" wait_until 20 flip_backend_is feature-rx-flip 0
	flip_load
	flip_say 4
	check "who asks for it is refused" wait_until 20 flip_backend_is state 5
	check "and told why" backend_exec "xenstore-read \
		error/backend/vif/$(guest_domid flip)/$DEVID/error | grep request-rx-copy"
	flip_say 6
	wait_until 20 flip_backend_is state 6
	guest_exec flip 'rmmod xen-flip-netfront'
	flip_detach
}

ours() {
	xl list "$BACKEND_NAME" | awk 'NR > 1 { print $3 }'
	backend_exec 'grep MemTotal /proc/meminfo'
}

ours_is() {
	[ "$(ours)" = "$1" ] || {
		ours
		return 1
	}
}

test_destroyed() {
	local domid before load

	may_flip 1
	check "it is offered again" flip_connect
	flip_route
	before=$(ours)
	domid=$(guest_domid flip)
	{
		flip_send 1400
		flip_send 1400
		flip_send 1400
	} > /dev/null 2>&1 &
	load=$!
	check "pages flow" wait_until 60 flipped 300
	guest_destroy flip
	wait $load || true
	check "the guest was destroyed, and nothing of it is left" wait_until 30 vifs_gone "$domid"
	check "our memory is what it was" wait_until 30 ours_is "$before"
	check "nothing is owed to us" wait_until 30 nothing_owed
	check "the other guest is served on" guest_exec u1 "ping -q -c 2 -W 5 -s 20000 $(here 0)"
}

BACKEND_NAME=${BACKEND_DOMAIN/dom0/Domain-0}
# IPv6 says things at any time.
backend_exec 'echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6'
may_flip 1
flip_guest
test_contents
test_neighbour
test_refused
test_off
test_destroyed
vif_detach u1 0
check "the kernel log is clean" dmesg_check
