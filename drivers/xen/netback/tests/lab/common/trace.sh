# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sourced by the tests, after net.sh: what the driver's tracepoints say.

tracing=/sys/kernel/tracing

# trace_begin [EVENT]: all of them, if none is named.
trace_begin() {
	backend_exec "echo 8192 > $tracing/buffer_size_kb; echo > $tracing/trace
		echo 1 > $tracing/events/xen_netback/${1-}/enable"
}

# trace_end: the events, without what ftrace says in front of them.
trace_end() {
	backend_exec "echo 0 > $tracing/events/xen_netback/enable
		sed -n 's/^.*: \(netback_[a-z]*: \)/\1/p' $tracing/trace" > /tmp/events
}

# events NUMBER EXPRESSION: so many lines are this.
events() {
	local nr

	nr=$(grep -cE "^netback_$2\$" /tmp/events || true)
	[ "$nr" = "$1" ] || { echo "$nr, not $1, of:"; head -20 /tmp/events; return 1; }
}

some_events() {
	grep -qE "^netback_$1\$" /tmp/events || { head -20 /tmp/events; return 1; }
}

# sum EVENT FIELD
sum() {
	sed -n "s/^netback_$1.* $2=\\([0-9]*\\).*/\\1/p" /tmp/events | awk '{ n += $1 } END { print n + 0 }'
}
