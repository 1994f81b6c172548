# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sourced by the tests: a guest whose frontend is xen-raw-blkfront and a script.

RAW=/sys/kernel/debug/xen-raw-blkfront

# raw_guest GUEST: it has no other frontend from now on.
raw_guest() {
	guest_exec "$1" 'rmmod xen-blkfront'
	guest_put "$1" /lab/modules/xen-raw-blkfront.ko /tmp/raw.ko
}

# raw_attach GUEST VDEV TARGET [KEY=VALUE...]: the toolstack's half only.
raw_attach() {
	local guest=$1 vdev=$2 target=$3
	shift 3

	[ "$BACKEND_DOMAIN" = dom0 ] || set -- "$@" "backend=$BACKEND_DOMAIN"
	case " $* " in
	*" access="*) ;;
	*) set -- "$@" access=rw ;;
	esac
	xl block-attach "$guest" format=raw backendtype=phy "vdev=$vdev" \
		script=/etc/xen/scripts/block-lab "$@" "target=$target"
}

# raw_backend GUEST VDEV: the backend's folder in xenstore.
raw_backend() {
	xenstore-read "/local/domain/$(guest_domid "$1")/device/vbd/$(vdev_number "$2")/backend"
}

# raw_state GUEST VDEV STATE...: the backend's state is one of these.
raw_state() {
	local now
	now=$(xenstore-read "$(raw_backend "$1" "$2")/state")
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

# raw_keys GUEST VDEV [KEY=VALUE...]: what the module says, and what then is
# said instead; "KEY=" takes a key away.
raw_keys() {
	local guest=$1 folder word code
	folder=device/vbd/$(vdev_number "$2")
	shift 2

	# It says nothing of it if there is one: then what others have said has to go.
	# There may be hundreds; a program for each takes more than a minute on a busy host.
	code="xenstore-rm $folder/multi-queue-num-queues 2> /dev/null
		pairs=()
		while read -r key value; do
			pairs+=($folder/\$key \"\$value\")
		done < $RAW/keys
		xenstore-write -- \"\${pairs[@]}\" || exit 1"
	for word; do
		if [ "${word#*=}" ]; then
			code+="; xenstore-write -- $folder/${word%%=*} '${word#*=}'"
		else
			code+="; xenstore-rm $folder/${word%%=*}"
		fi
	done
	guest_exec "$guest" "$code"
}

# raw_say GUEST VDEV STATE: the frontend's.
raw_say() {
	guest_exec "$1" "xenstore-write -- device/vbd/$(vdev_number "$2")/state '$3'"
}

# raw_connect GUEST VDEV [PARAMETER=VALUE...]: the whole way up.
raw_connect() {
	local guest=$1 vdev=$2
	shift 2

	raw_load "$guest" "$@" && raw_keys "$guest" "$vdev" && raw_say "$guest" "$vdev" 3 &&
		wait_until 20 raw_state "$guest" "$vdev" 4 > /dev/null && raw_say "$guest" "$vdev" 4
}

# raw_disconnect GUEST VDEV: and down.
raw_disconnect() {
	raw_say "$1" "$2" 5 && wait_until 20 raw_state "$1" "$2" 5 6 > /dev/null &&
		raw_say "$1" "$2" 6 && wait_until 20 raw_state "$1" "$2" 6 > /dev/null &&
		guest_exec "$1" 'rmmod xen-raw-blkfront'
}

# raw_detach GUEST VDEV
raw_detach() {
	xl block-detach "$1" "$2"
}

# raw_send GUEST LINE: one request, and its answer.
raw_send() {
	guest_exec "$1" "echo '$2' > $RAW/send && cat $RAW/answers"
}

# raw_list GUEST FILE: each line "NAME: REQUEST" of a file in the guest, and
# after each name the answers.
raw_list() {
	guest_exec -t 200 "$1" "while IFS=: read -r name request; do
			case \$name in ''|'#'*) continue ;; esac
			if ! echo \"\$request\" > $RAW/send; then
				echo \"\$name: cannot be sent\"
				exit 1
			fi
			mapfile -t answers < $RAW/answers
			echo \"\$name: \${answers[*]}\"
		done < $2"
}
