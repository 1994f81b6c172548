# SPDX-License-Identifier: GPL-2.0
# Runs the plan of tools/bench/bench in dom0. Its lines are
#
#   backend stock|ours [MODULE.PARAMETER=VALUE...]
#   frontend [PARAMETER=VALUE of xen-blkfront in the guests...]
#   disk [PARAMETER=VALUE of null_blk...]
#   load MARK COMMON-OPTIONS-OF-BLKLOAD...
#   window MARK MILLISECONDS GUESTS OPTIONS-OF-BLKLOAD...
#   beside MARK OPTIONS-OF-BLKLOAD... , OPTIONS OF THE OTHER GUEST'S
#   memory MARK QUEUES ORDER-OF-RING-PAGES
#
# A backend or disk line takes down what is there and sets up anew; a frontend line stands
# between them.

disk_up=0

# Guests u1 to uN have a disk.
disks_down() {
	for ((; disk_up > 0; disk_up--)); do
		disk_detach u$disk_up xvda
	done
}

take_disk_down() {
	disks_down
	[ ! -d /sys/module/null_blk ] || rmmod null_blk
}

no_scheduler() {
	guest_exec "$1" 'echo none > /sys/block/xvda/queue/scheduler'
}

disks_up() {
	while [ $disk_up -lt "$1" ]; do
		disk_attach u$((disk_up + 1)) xvda /dev/nullb$disk_up
		disk_up=$((disk_up + 1))
		no_scheduler u$disk_up
	done
}

set_disk() {
	modprobe null_blk nr_devices=4 gb=4 submit_queues=1 queue_mode=2 max_sectors=2560 "$@"
	disks_up 1
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

set_frontend() {
	local i

	[ "$*" != "$frontend" ] || return 0
	frontend=$*
	for ((i = 1; i <= guests; i++)); do
		guest_exec u$i "modprobe -r xen-blkfront; modprobe xen-blkfront $frontend"
	done
}

run_load() {
	local mark=$1
	shift

	guest_exec -t 600 u1 "/bench/blkload --device /dev/xvda --mark $mark $*"
}

start_endless() {
	guest_exec "$1" "/bench/blkload --device /dev/xvda --mark 999999 ${*:2} \
		--warmup 1000000000 > /dev/null 2>&1 & echo \$! > /tmp/pid"
}

stop_endless() {
	guest_exec "$1" 'kill $(cat /tmp/pid)'
}

# Guests at once; dom0 marks an interval in the middle.
run_window() {
	local mark=$1 milliseconds=$2 guests=$3 i files=()
	shift 3

	disks_up "$guests"
	for ((i = 1; i <= guests; i++)); do
		start_endless u$i "$@"
		files+=("/sys/bus/xen-backend/devices/vbd-$(guest_domid u$i)-51712/statistics"/*_req)
	done
	/test/blkload --window "$milliseconds" --mark "$mark" "${files[@]}"
	for ((i = 1; i <= guests; i++)); do
		stop_endless u$i
	done
}

# The first guest, while another makes a load of its own.
run_beside() {
	local words=$* other

	other=${words#* , }
	disks_up 2
	start_endless u2 "$other"
	run_load ${words% , *}
	stop_endless u2
}

free_kib() {
	sync
	echo 3 > /proc/sys/vm/drop_caches
	# Whatever frees memory later has done it by then.
	sleep 2
	# With those pages that processors have at hand.
	awk '/MemFree/ { kib = $2 } $1 == "count:" { kib += 4 * $2 } END { print kib }' \
		/proc/meminfo /proc/zoneinfo
}

# What dom0 has less of with some disks that are just there. The guest needs more for
# each of them than dom0: it has no room for many large rings, and none for pages of
# large requests.
run_memory() {
	local mark=$1 queues=$2 order=$3 vdevs=(xvdb xvdc xvdd xvde) i before after

	[ $((queues << order)) -lt 16 ] || vdevs=(xvdb xvdc)
	[ $((queues << order)) -le 16 ] || vdevs=(xvdb)
	disks_down
	if [ -z "$queues_guest" ]; then
		guest_start u5 vcpus=4 memory=1000
		queues_guest=yes
	fi
	guest_exec u5 "rmmod xen-blkfront; modprobe xen-blkfront max_queues=$queues \
		max_ring_page_order=$order max_indirect_segments=11"
	before=$(free_kib)
	for i in "${!vdevs[@]}"; do
		disk_attach u5 "${vdevs[i]}" "/dev/nullb$i"
	done
	after=$(free_kib)
	echo "memory $mark $(((before - after) * 1024 / ${#vdevs[@]}))"
	for i in "${!vdevs[@]}"; do
		disk_detach u5 "${vdevs[i]}"
	done
}

queues_guest=
frontend=
disks=0
put_client() {
	guest_put "$1" /test/blkload /bench/blkload
}

grep -v '\[' /proc/kallsyms > /out/kernel
put_client u1
# As many guests as the plan wants at once.
guests=$(awk '$1 == "window" && $4 > n { n = $4 } $1 == "beside" && n < 2 { n = 2 } END { print n ? n : 1 }' \
	/test/plan)
for ((i = 2; i <= guests; i++)); do
	guest_start u$i memory=200
	put_client u$i
done
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
	frontend) set_frontend $words ;;
	load) run_load $words ;;
	window) run_window $words ;;
	beside) run_beside $words ;;
	memory) run_memory $words ;;
	esac
done < /test/plan
take_disk_down
