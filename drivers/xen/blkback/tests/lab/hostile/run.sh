# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# One guest breaks every rule; another one is served all the while.

. /test/common/disks.sh
. /test/common/counters.sh
. /test/common/leaks.sh
. /test/common/raw.sh
. /test/honest.sh

# Closed by the backend: why is in xenstore.
closed() {
	raw_state bad xvda 5
}

# again: from wherever it is to where a frontend may start.
again() {
	raw_say bad xvda 6 && wait_until 20 raw_state bad xvda 6 > /dev/null &&
		raw_say bad xvda 1 && wait_until 20 raw_state bad xvda 2 > /dev/null
}

connected() {
	raw_say bad xvda 3 && wait_until 20 raw_state bad xvda 4 && raw_say bad xvda 4
}

# All of the list in one go, in the guest, which is what takes the time.
test_keys() {
	local folder
	folder=device/vbd/$(vdev_number xvda)

	raw_load bad queues=2 order=1
	raw_keys bad xvda
	guest_put bad /test/keys /tmp/keys
	cat > /tmp/try-keys <<-END
		folder=$folder
		backend=\$(xenstore-read \$folder/backend)
		huge=\$(printf '%01900d' 7)
		state_is() {
			for i in \$(seq 100); do
				now=\$(xenstore-read \$backend/state)
				[ "\$now" != \$1 ] || return 0
				sleep 0.05
			done
			echo "\$name: the backend's state is \$now, not \$1"
			return 1
		}
		while IFS=: read -r name words; do
			case \$name in ''|'#'*) continue ;; esac
			for word in \$words; do
				key=\$folder/\${word%%=*} value=\${word#*=}
				[ "\$value" != HUGE ] || value=\$huge
				[ "\$value" != - ] || value=
				right=\$(xenstore-read \$key)
				if [ "\$word" = "\${word%%=*}=" ]; then xenstore-rm \$key
				else xenstore-write -- \$key "\$value"; fi
			done
			xenstore-write -- \$folder/state 3
			state_is 5 || exit 1
			xenstore-write -- \$folder/state 6
			state_is 6 || exit 1
			xenstore-write -- \$key "\$right" \$folder/state 1
			state_is 2 || exit 1
			echo "\$name: closed"
		done < /tmp/keys
	END
	guest_put bad /tmp/try-keys /tmp/try-keys
	check "keys: each closes the device, and it can start again" guest_exec -t 300 bad \
		'bash /tmp/try-keys'
	still_served keys
	check "keys: the right ones connect" connected
	check "keys: and are served" reads
	raw_disconnect bad xvda
}

# number of states, repeated and unknown, as fast as a guest can
test_states() {
	raw_say bad xvda 1
	raw_load bad
	raw_keys bad xvda
	guest_exec -t 120 bad "for i in \$(seq 6); do
		for state in 1 2 3 4 4 5 6 7 8 99 -1 3 6 1 5 3; do
			xenstore-write -- device/vbd/$(vdev_number xvda)/state \"\$state\"
		done; done"
	still_served states
	raw_say bad xvda 5
	check "states: it can start again" again
	check "states: and connects" connected
	check "states: and is served" reads
	raw_disconnect bad xvda
}

# one_index NAME NUMBER
one_index() {
	raw_say bad xvda 1
	raw_connect bad xvda
	check "index $1: it is served at first" reads
	guest_exec bad "echo $2 > $RAW/index"
	check "index $1: closed" wait_until 20 closed
	guest_exec bad "echo 300 > /sys/module/xen_raw_blkfront/parameters/patience
		echo 'op=0 sector=0 seg=0:0-7' > $RAW/send; cat $RAW/answers" > /tmp/answers
	check "index $1: nothing is served any more" grep -q none /tmp/answers
	check "index $1: it can start again" again
	guest_exec bad 'rmmod xen-raw-blkfront'
}

all_answered() {
	! grep -n none /tmp/answered
}

# All requests of a list, most of which are refused.
test_requests() {
	raw_say bad xvda 1
	raw_connect bad xvda pages=256
	guest_put bad /test/answers/requests /tmp/requests
	raw_list bad /tmp/requests > /tmp/answered &
	still_served "bad requests"
	check "bad requests: all are sent" wait $!
	check "bad requests: and answered" all_answered
	note "bad requests: $(grep -c 'status=-' /tmp/answered) were refused"
	check "bad requests: a good one is served afterwards" reads
	raw_disconnect bad xvda
}

test_events() {
	raw_say bad xvda 1
	raw_connect bad xvda
	guest_exec -t 100 bad "for i in \$(seq 20); do echo 2000 > $RAW/notify; done" &
	still_served events
	wait $!
	check "events: it is served afterwards" reads
	# What was connected stays, whatever its keys are now.
	guest_exec bad "cd /; for key in ring-ref0 event-channel protocol ring-page-order; do
		xenstore-write -- device/vbd/$(vdev_number xvda)/\$key 77; done"
	check "keys of a connection are read once" reads
	guest_exec bad "echo 'op=0 sector=0 seg=0:0-7*11' > $RAW/flood"
	still_served "answers that nobody reads"
	raw_disconnect bad xvda
	check "events: it starts again" raw_say bad xvda 1
}

# As if its folder were gone: it takes the toolstack to begin anew.
test_no_state() {
	raw_connect bad xvda
	check "no state: it is served at first" reads
	raw_say bad xvda 0
	check "no state: the disk is gone" wait_until 20 raw_state bad xvda 6
	still_served "no state"
	guest_exec bad 'rmmod xen-raw-blkfront'
	xl block-detach bad xvda > /tmp/detach.log 2>&1 ||
		xl block-detach --force bad xvda > /tmp/detach.log 2>&1 || true
	check "no state: it can be attached again" raw_attach bad xvda /dev/nullbh
}

# The guest goes in the middle of all of it, and after it has closed.
test_gone() {
	raw_connect bad xvda queues=2 order=1
	guest_exec bad "for queue in 0 1; do echo \$queue > $RAW/queue
		echo 'op=1 sector=0 seg=0:0-7*11' > $RAW/flood; done"
	guest_destroy bad
	still_served "guest destroyed"
}

backend_exec 'echo 2 > /sys/module/xen_blkback/parameters/max_queues'
null_disk nullbh size=1 cache_size=1 discard=1
ram_disk 4
disk_attach u1 xvda /dev/ram0
# No grants that stay mapped: those that are counted are the other one's.
backend_exec "echo copy > /sys/bus/xen-backend/devices/$(vbd u1 xvda)/data_path"
counts=$(counts_now)
start_honest
new_bad
test_keys
test_states
one_index "far ahead" 1000000
one_index "one too many" 33
one_index backwards -1
one_index "at the other end" -2147483648
test_requests
test_events
test_no_state
test_gone
check "the other guest found every block right" end_honest
errors_forget
check "nothing is left that can be counted" wait_until 30 counts_are "$counts"
check "the kernel log is clean" dmesg_check
