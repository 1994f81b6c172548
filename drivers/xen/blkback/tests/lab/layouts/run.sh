# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# The list of requests, legal and illegal, of the test "answers", with the ring
# laid out as 64-bit and as 32-bit guests have it.

. /test/common/disks.sh
. /test/common/counters.sh
. /test/common/raw.sh

# answers LAYOUT [KEY=VALUE...]: all answers, and what the disk holds then.
answers() {
	local layout=$1 protocol
	shift

	null_disk nullbl size=1 discard=1 cache_size=1
	backend_exec 'seq 200000 | head -c 1048576 | dd of=/dev/nullbl bs=64k oflag=direct'
	raw_attach u1 xvda /dev/nullbl
	raw_load u1 pages=256 protocol="$layout" && raw_keys u1 xvda "$@" &&
		raw_say u1 xvda 3 && wait_until 20 raw_state u1 xvda 4 > /dev/null &&
		raw_say u1 xvda 4 || return
	protocol=$(xenstore-read "/local/domain/$(guest_domid u1)/device/vbd/$(vdev_number xvda)/protocol" \
		2> /dev/null || echo none)
	raw_list u1 /tmp/requests
	for counter in reads writes flushes discards indirect refused bad_grants; do
		echo "$counter $(disk_counter u1 xvda $counter)"
	done
	raw_disconnect u1 xvda
	raw_detach u1 xvda
	echo "the disk: $(backend_sum /dev/nullbl)"
	null_disk_gone nullbl
	[ "$protocol" = "${1:+none}" ] || [ "$protocol" = "$layout" ]
}

# alike FILE FILE
alike() {
	diff "/out/$1" "/out/$2"
}

guest_put u1 /test/answers/requests /tmp/requests
raw_guest u1
answers x86_64-abi > /out/64
check "x86_64-abi: every request was answered" refuses grep none /out/64
check "x86_64-abi: some are served, some refused" [ "$(grep -c 'status=0' /out/64)" -gt 30 ]
answers x86_32-abi > /out/32
check "x86_32-abi: every request was answered" refuses grep none /out/32
check "x86_32-abi: with nothing in the padding" refuses grep padded /out/32
check "x86_32-abi: as in the other layout" alike 64 32
# Without the key the guest's is the backend's own.
answers x86_64-abi protocol= > /out/native
check "no layout named: as in the native one" alike 64 native
note "$(grep -c status= /out/32) answers in each layout"
check "the kernel log is clean" dmesg_check
