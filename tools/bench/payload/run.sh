# SPDX-License-Identifier: GPL-2.0
# Runs the plan of tools/bench/bench in dom0. Its lines are
#
#   backend stock|ours [MODULE.PARAMETER=VALUE...]
#   disk [PARAMETER=VALUE of null_blk...]
#   load MARK COMMON-OPTIONS-OF-BLKLOAD...
#   pair MARK MILLISECONDS OPTIONS-OF-BLKLOAD...
#
# A backend or disk line takes down what is there and sets up anew.

disk_up=
second_up=

take_disk_down() {
	[ -z "$disk_up" ] || disk_detach u1 xvda
	[ -z "$second_up" ] || disk_detach u2 xvda
	disk_up=
	second_up=
	[ ! -d /sys/module/null_blk ] || rmmod null_blk
}

no_scheduler() {
	guest_exec "$1" 'echo none > /sys/block/xvda/queue/scheduler'
}

set_disk() {
	modprobe null_blk nr_devices=2 gb=4 submit_queues=1 queue_mode=2 max_sectors=2560 "$@"
	disk_attach u1 xvda /dev/nullb0
	disk_up=yes
	no_scheduler u1
	# Now every module of this part of the plan is at its place.
	disks=$((disks + 1))
	grep '\[' /proc/kallsyms > "/out/modules-$disks"
}

set_backend() {
	local which=$1
	shift

	case $which in
	stock) modules_stock "$@" ;;
	ours) modules_load "$@" ;;
	esac
}

run_load() {
	local mark=$1
	shift

	guest_exec -t 600 u1 "/bench/blkload --device /dev/xvda --mark $mark $*"
}

# Both guests at once; dom0 marks an interval in the middle.
run_pair() {
	local mark=$1 milliseconds=$2 guest files=()
	shift 2

	if [ -z "$second_up" ]; then
		disk_attach u2 xvda /dev/nullb1
		second_up=yes
		no_scheduler u2
	fi
	for guest in u1 u2; do
		guest_exec $guest "/bench/blkload --device /dev/xvda --mark 999999 $* \
			--warmup 1000000000 > /dev/null 2>&1 & echo \$! > /tmp/pid"
		files+=("/sys/bus/xen-backend/devices/vbd-$(guest_domid $guest)-51712/statistics"/*_req)
	done
	/test/blkload --window "$milliseconds" --mark "$mark" "${files[@]}"
	for guest in u1 u2; do
		guest_exec $guest 'kill $(cat /tmp/pid)'
	done
}

disks=0
put_client() {
	guest_put "$1" /test/blkload /bench/blkload
}

grep -v '\[' /proc/kallsyms > /out/kernel
put_client u1
if grep -q ^pair /test/plan; then
	guest_start u2 memory=200
	put_client u2
fi
while read -r verb words; do
	note "$verb $words"
	case $verb in
	backend)
		take_disk_down
		set_backend $words
		;;
	disk)
		take_disk_down
		set_disk $words
		;;
	load) run_load $words ;;
	pair) run_pair $words ;;
	esac
done < /test/plan
take_disk_down
