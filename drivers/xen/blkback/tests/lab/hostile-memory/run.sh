# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# One guest changes what the backend works on: requests, lists of segments, the
# ring's indices, grants. Another one is served all the while.

. /test/common/disks.sh
. /test/common/counters.sh
. /test/common/leaks.sh
. /test/common/raw.sh
. /test/hostile/honest.sh

# connect VDEV [KEY=VALUE...]
connect() {
	local vdev=$1
	shift

	raw_load bad && raw_keys bad "$vdev" "$@" && raw_say bad "$vdev" 3 &&
		wait_until 20 raw_state bad "$vdev" 4 > /dev/null && raw_say bad "$vdev" 4
}

disconnect() {
	raw_disconnect bad "$1"
	raw_say bad "$1" 1
}

data_path() {
	backend_exec "echo $2 > /sys/bus/xen-backend/devices/$(vbd bad "$1")/data_path"
}

# All of them are answered, each rightly: the backend's own copies count.
overwritten() {
	guest_exec bad "for i in \$(seq 40); do
		echo '$1 op=0 id='\$i' sector=8 seg=0:0-7' > $RAW/overwrite
		grep -q \"id=\$i op=0 status=0\" $RAW/answers || { cat $RAW/answers; exit 1; }
	done"
}

test_indices() {
	local by

	connect xvda
	for by in 0 1000 -32 -1 -2147483648; do
		check "the backend's indices overwritten by $by: served rightly" overwritten $by
	done
	check "indices: and afterwards" reads
	disconnect xvda
	still_served indices
}

# race_of COUNTER REQUEST REQUEST: each of the rounds is answered, as one of the two
# or as the other; the second has to be refused.
race_of() {
	local rounds=400 counted refused errors answers

	counted=$(disk_counter bad xvda "$1")
	refused=$(disk_counter bad xvda refused)
	errors=$(disk_counter bad xvda io_errors)
	guest_exec -t 100 bad "echo '$rounds $2; $3' > $RAW/race; cat $RAW/answers" > /tmp/answers
	answers=$(cat /tmp/answers)
	counted=$(($(disk_counter bad xvda "$1") - counted))
	refused=$(($(disk_counter bad xvda refused) - refused))
	errors=$(($(disk_counter bad xvda io_errors) - errors))
	echo "$answers; $1 $counted, refused $refused, errors of the disk $errors"
	echo "$answers, $refused of them refused" >> /tmp/refused
	[ "$answers" = "$rounds answers" ] && [ "$counted" = "$rounds" ] && [ "$errors" = 0 ] &&
		[ "$refused" -gt 0 ] && [ "$refused" -lt "$rounds" ]
}

# races NAME [KEY=VALUE...]
races() {
	local name=$1
	shift

	connect xvda "$@"
	check "$name: the place of a request changes" race_of writes \
		'op=1 id=1 sector=0 seg=0:0-7' 'op=1 id=2 sector=2047 seg=0:0-7'
	check "$name: its segments change" race_of reads \
		'op=0 id=1 sector=0 seg=0:0-7' 'op=0 id=2 sector=0 seg=0:0-255 nr=12'
	check "$name: the list of an indirect request changes" race_of writes \
		'op=6 inner=1 id=1 sector=0 seg=0:0-7*12' 'op=6 inner=1 id=1 sector=0 seg=0:0-8*12'
	check "$name: its number of segments changes" race_of reads \
		'op=6 inner=0 id=1 sector=0 seg=0:0-7*12' \
		'op=6 inner=0 id=1 sector=0 seg=0:0-7*12 nr=65535'
	check "$name: and afterwards" reads
	disconnect xvda
	note "$name: $(tail -n 4 /tmp/refused | tr '\n' ';')"
	still_served "$name"
}

in_flight() {
	queue_counters bad xvdb inflight | awk '{ n += $3 } END { exit n == 0 }'
}

# revoke PAGE
revoke() {
	guest_exec bad "sed -n '$(($1 + 1))p' $RAW/refs > /sys/module/xen_raw_revoke/parameters/ref"
}

# The answer to what was posted before.
posted() {
	guest_exec bad "echo > $RAW/send; cat $RAW/answers" | tee /dev/stderr |
		grep -q "status=$1\b"
}

bad_grants() {
	disk_counter bad xvdb bad_grants
}

# revoked NAME STATUS BAD PATH [KEY=VALUE...]: of a read that the disk has, and how
# many grants are then bad.
revoked() {
	local name=$1 status=$2 bad=$3 before
	data_path xvdb "$4"
	shift 4

	connect xvdb "$@"
	before=$(bad_grants)
	guest_exec bad "echo 'op=0 id=1 sector=0 seg=3:0-7' > $RAW/post"
	check "$name: the disk has the request" wait_until 20 in_flight
	check "$name: the grant is taken back" revoke 3
	check "$name: answered with $status" posted "$status"
	check "$name: $bad bad grants" [ "$(bad_grants)" = $((before + bad)) ]
	check "$name: other pages are served" eval \
		"raw_send bad 'op=0 id=2 sector=8 seg=4:0-7*2' | grep -q status=0"
	still_served "$name"
}

test_revoked() {
	raw_attach bad xvdb /dev/nullbw
	guest_put bad /lab/modules/xen-gnttab.ko /tmp/xen-gnttab.ko
	guest_put bad /lab/modules/xen-raw-revoke.ko /tmp/revoke.ko
	guest_exec bad 'insmod /tmp/xen-gnttab.ko && insmod /tmp/revoke.ko'
	revoked "taken back, copied" -1 1 copy
	disconnect xvdb
	revoked "taken back, mapped" 0 0 map
	check "taken back, mapped: not a second time" eval \
		"raw_send bad 'op=0 id=3 sector=8 seg=3:0-7' | grep -q status=-1"
	disconnect xvdb
	# What stays mapped is not asked for again.
	revoked "taken back, persistent" 0 0 auto feature-persistent=1
	check "taken back, persistent: it is still mapped" eval \
		"raw_send bad 'op=0 id=3 sector=8 seg=3:0-7' | grep -q status=0"
	disconnect xvdb
}

null_disk nullbh size=1
# Its answers take long enough for somebody to do something meanwhile.
null_disk nullbw size=1 irqmode=2 completion_nsec=3000000000
ram_disk 4
disk_attach u1 xvda /dev/ram0
# No grants that stay mapped: those that are counted are the other one's.
backend_exec "echo copy > /sys/bus/xen-backend/devices/$(vbd u1 xvda)/data_path"
counts=$(counts_now)
start_honest
new_bad
test_indices
races copied
data_path xvda map
races mapped
data_path xvda auto
races persistent feature-persistent=1
test_revoked
guest_destroy bad
check "the other guest found every block right" end_honest
errors_forget
check "nothing is left that can be counted" wait_until 30 counts_are "$counts"
check "the kernel log is clean" dmesg_check
