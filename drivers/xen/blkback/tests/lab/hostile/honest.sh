# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sourced by the tests: a guest "bad" with a frontend without manners, and the
# other one, whose work it must not disturb.

honest='fio --name=x --filename=/dev/xvda --rw=randrw --bs=4k-32k --size=512k --direct=1 \
	--ioengine=libaio --iodepth=8 --verify=crc32c --verify_fatal=1 --minimal > /dev/null'

# The other guest works as long as this test does.
start_honest() {
	guest_exec u1 "rm -f /tmp/stop; (setsid sh -c 'echo 0 > /tmp/rounds
		while [ ! -e /tmp/stop ]; do
			$honest || exit 1
			echo \$((\$(cat /tmp/rounds) + 1)) > /tmp/rounds
		done; echo 0 > /tmp/status' > /dev/null 2>&1 < /dev/null &)"
}

rounds() {
	guest_exec u1 'cat /tmp/rounds'
}

# It did something since it was asked last.
served() {
	local before=$1
	[ "$(rounds)" -gt "$before" ]
}

still_served() {
	check "$1: the other guest is served" wait_until 60 served "$(rounds)"
}

end_honest() {
	guest_exec -t 60 u1 'touch /tmp/stop
		for i in $(seq 500); do [ ! -e /tmp/status ] || exit $(cat /tmp/status); sleep 0.1; done
		exit 1'
}

reads() {
	raw_send bad 'op=0 id=1 sector=0 seg=0:0-7' | tee /dev/stderr | grep -q 'status=0'
}

new_bad() {
	guest_start bad memory=160
	raw_guest bad
	raw_attach bad xvda /dev/nullbh
}
