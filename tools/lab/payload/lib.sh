# SPDX-License-Identifier: GPL-2.0
# The functions of a test's run.sh, sourced before it; see Documentation/lab.rst.

. /lab/config
. /lab/modules.sh
. /usr/lib/lab/guests.sh

readonly FAILED_MARK=/run/lab-failed

# ---------------------------------------------------------------- verdicts

note() {
	echo "# $*"
}

pass() {
	echo "ok - $*"
}

fail() {
	echo "not ok - $*"
	touch "$FAILED_MARK"
	exit 1
}

# check MESSAGE COMMAND...: passes if the command does; its output is shown
# only if it does not.
check() {
	local message=$1 output status=0
	shift

	output=$(mktemp /tmp/check.XXXXXX)
	"$@" > "$output" 2>&1 || status=$?
	if [ "$status" = 0 ]; then
		rm -f "$output"
		pass "$message"
		return 0
	fi
	sed 's/^/# /' "$output"
	rm -f "$output"
	fail "$message (status $status of: $*)"
}

# wait_until SECONDS COMMAND...: until the command succeeds.
wait_until() {
	local end=$((SECONDS + $1))
	shift

	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.1
	done
}

# dmesg_check: no line in the backend domain's kernel log that the gate would
# refuse.
dmesg_check() {
	local bad

	bad=$(backend_exec dmesg | grep -E -f /lab/bad-lines | grep -v -E -f /lab/expected-lines) ||
		return 0
	echo "$bad"
	return 1
}

# ------------------------------------------------------------------ guests

guest_domid() {
	labctl domid "$1"
}

# guest_exec [-t SECONDS] GUEST CODE: run code in a guest, print what it
# printed, return its status; 124 when it took too long, 98 when the guest
# vanished.
guest_exec() {
	local seconds=60

	if [ "$1" = -t ]; then
		seconds=$2
		shift 2
	fi
	labctl exec "$1" "$seconds" <<< "$2"
}

# guest_put GUEST FILE DESTINATION: copy a small file, with its mode.
guest_put() {
	{
		echo "mkdir -p '${3%/*}/' && base64 -d << 'END' | gunzip > '$3' || exit 1"
		gzip -c < "$2" | base64
		echo END
		echo "chmod $(stat -c %a "$2") '$3'"
	} | labctl exec "$1" 60
}

# guest_start NAME [XL CONFIGURATION LINE...]
guest_start() {
	local name=$1 output
	shift

	output=$(domain_create "$name" guest "$GUEST_TYPE" "$@" 2>&1) || {
		echo "$output"
		echo "# xl create $name failed" >&2
		return 1
	}
	labctl ready "$name" 90 || {
		tail -5 "/var/log/xen/console/guest-$name.log"
		echo "# $name does not come up" >&2
		return 1
	}
}

# guest_destroy NAME: at once, whatever it is doing.
guest_destroy() {
	xl destroy "$1"
}

# ---------------------------------------------------------------- backends

# backend_exec [-t SECONDS] CODE: in the domain where the backends live.
backend_exec() {
	local seconds=120

	if [ "$1" = -t ]; then
		seconds=$2
		shift 2
	fi
	if [ "$BACKEND_DOMAIN" = dom0 ]; then
		bash -c ". /lab/modules.sh; $1"
	else
		labctl exec "$BACKEND_DOMAIN" "$seconds" <<< ". /lab/modules.sh; $1"
	fi
}

modules_load() {
	backend_exec "modules_remove && modules_insert_project $*"
}

modules_stock() {
	backend_exec "modules_remove && modules_insert_stock $*"
}

modules_unload() {
	backend_exec modules_remove
}

# ------------------------------------------------------------------- disks

# disk_attach GUEST VDEV TARGET [KEY=VALUE of xl-disk-configuration...]
# TARGET is a block device or a file of the backend's domain.
disk_attach() {
	local guest=$1 vdev=$2 target=$3 script=${DISK_SCRIPT:-block-lab} words=()
	shift 3

	[ "$BACKEND_DOMAIN" = dom0 ] || words+=("backend=$BACKEND_DOMAIN")
	case " $* " in
	*" access="*) ;;
	*) words+=(access=rw) ;;
	esac
	case $script in
	/*) ;;
	*) script=/etc/xen/scripts/$script ;;
	esac
	xl block-attach "$guest" format=raw backendtype=phy "vdev=$vdev" "script=$script" \
		${words[@]+"${words[@]}"} "$@" "target=$target" || {
		echo "# xl block-attach $guest $vdev failed" >&2
		return 1
	}
	guest_exec -t 40 "$guest" "for i in \$(seq 300); do
		[ ! -b /dev/$vdev ] || exit 0; sleep 0.1; done; exit 1" || {
		echo "# $vdev does not appear in $guest:" >&2
		_disk_states "$guest" "$vdev" >&2
		return 1
	}
}

# disk_detach GUEST VDEV [OPTION of xl block-detach...]
disk_detach() {
	local guest=$1 vdev=$2
	shift 2

	xl block-detach "$guest" "$vdev" "$@" || {
		echo "# xl block-detach $guest $vdev failed" >&2
		return 1
	}
	guest_exec -t 40 "$guest" "for i in \$(seq 300); do
		[ -b /dev/$vdev ] || exit 0; sleep 0.1; done; exit 1" || {
		echo "# $vdev does not go away in $guest" >&2
		return 1
	}
}

# _disk_states GUEST VDEV: what both ends of its disks say, for a message.
_disk_states() {
	xenstore-ls -f | grep -E '/(vbd|hotplug)|^/local/domain/[0-9]+/error' | tail -40
	xl dmesg | tail -3
}

trap 'echo "# line $LINENO: status $? of: $BASH_COMMAND"' ERR
