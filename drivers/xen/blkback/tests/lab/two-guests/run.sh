# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Two guests with two disks each, all four at work at the same time: each finds
# what it has written, whichever way the data goes.

. /test/common/disks.sh
. /test/common/counters.sh

# Each disk gets requests of all sizes; more than a ring of one page holds.
work='fio --minimal --direct=1 --ioengine=libaio --iodepth=32 --rw=randrw --bsrange=4k-128k \
	--size=4m --verify=crc32c --verify_fatal=1 \
	--name=first --filename=/dev/xvda --name=second --filename=/dev/xvdb > /tmp/fio.out'

# Both at once; neither is done before the other has begun.
both_work() {
	local second status=0

	guest_exec -t 200 u2 "$work" > /tmp/u2.log 2>&1 &
	second=$!
	guest_exec -t 200 u1 "$work" || status=$?
	wait $second || {
		cat /tmp/u2.log
		status=1
	}
	return $status
}

# each COMMAND...: with GUEST and VDEV behind it, for all disks.
each() {
	local guest vdev

	for guest in u1 u2; do
		for vdev in xvda xvdb; do
			"$@" $guest $vdev || return
		done
	done
}

# The device behind a disk: /dev/nullb1a is the first guest's first.
device() {
	echo "/dev/nullb${1#u}${2#xvd}"
}

attach() {
	disk_attach "$1" "$2" "$(device "$1" "$2")"
}

detach() {
	disk_detach "$1" "$2"
}

same() {
	same_data "$1" "$2" "$(device "$1" "$2")"
}

went() {
	path_taken "$2" "$3" "$1"
}

one_round() {
	local path=$1 force=$2

	path_force "$force"
	each attach
	check "$path: every block is right" both_work
	check "$path: both sides see the same disks" each same
	check "$path: every request went this way" each went "$path"
	check "$path: no request failed" each no_errors
	each detach
}

for name in 1a 1b 2a 2b; do
	null_disk nullb$name size=4 irqmode=2 completion_nsec=5000000
done
guest_start u2 memory=200
one_round mapped mapped
one_round copied copied
one_round persistent default
guest_destroy u2
check "the kernel log is clean" dmesg_check
