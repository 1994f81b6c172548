# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# The module goes and comes back under a guest at work, which may not notice.

. /test/common/disks.sh
. /test/common/counters.sh

# Goes on while the rounds last: at 32 requests with answers in any order, some
# are always on their way.
start_fio() {
	guest_exec u1 'fio --name=busy --filename=/dev/xvda --rw=randrw --bsrange=4k-128k \
		--size=8m --ioengine=libaio --direct=1 --iodepth=32 --time_based --runtime=600 \
		--verify=crc32c --verify_fatal=1 --trigger-file=/tmp/stop --minimal \
		--output=/tmp/fio.out > /tmp/fio.err 2>&1 < /dev/null & echo $! > /tmp/fio.pid'
}

fio_runs() {
	guest_exec u1 'kill -0 "$(cat /tmp/fio.pid)"'
}

# It ends by itself once this file is there.
stop_fio() {
	guest_exec u1 'touch /tmp/stop'
	wait_until 30 refuses fio_runs
}

# Each answer was for a request that had none yet.
guest_content() {
	guest_exec u1 'cat /tmp/fio.err; dmesg | grep "xvda[: ]" | tail -5
		[ ! -s /tmp/fio.err ] &&
			! dmesg | grep "xvda[: ]" | grep -q "response\|invalid\|disabled for"'
}

module_remove() {
	backend_exec 'rmmod xen-blkback'
}

# at_work READS: the present module has served so many.
at_work() {
	[ "$(disk_counter u1 xvda reads)" -ge "$1" ]
}

# Only while no device is bound may a module go.
module_replace() {
	backend_exec "echo $(vbd u1 xvda) > /sys/bus/xen-backend/drivers/vbd/unbind" &&
		wait_until 10 module_remove &&
		backend_exec 'modules_insert_project xen-blkback'
}

# No time between the two: I/O of the old connection is on its way.
device_rebind() {
	backend_exec "cd /sys/bus/xen-backend/drivers/vbd &&
		echo $(vbd u1 xvda) > unbind && echo $(vbd u1 xvda) > bind"
}

null_disk nullbusy size=8 irqmode=2 completion_nsec=100000000 hw_queue_depth=64
disk_attach u1 xvda /dev/nullbusy
start_fio
wait_until 20 at_work 40
check "the device is taken from the driver and given back" device_rebind
check "it goes on" wait_until 20 at_work 40
for path in copied mapped copied; do
	path_force "$path"
	wait_until 20 at_work 40
	note "$(disk_counter u1 xvda inflight) requests are on their way"
	check "$path: the module is replaced" module_replace
	check "$path: the next one serves" wait_until 20 at_work 40
done
check "fio has run all the time" fio_runs
check "fio ends" stop_fio
check "every block was right" guest_content
check "both sides see the same disk" same_data u1 xvda /dev/nullbusy
disk_detach u1 xvda
check "the kernel log is clean" dmesg_check
