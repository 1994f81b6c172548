# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# A list of requests, legal and illegal, is sent to the distribution's module
# and to ours. Where they answer differently, the file "different" says why.

. /test/common/disks.sh
. /test/common/raw.sh

# one_disk NAME DEVICE [KEY=VALUE...]: all answers, and what the disk holds then.
one_disk() {
	local name=$1 device=$2
	shift 2

	raw_attach u1 xvda "$device" "$@"
	# Each segment of the largest request has a page of its own.
	raw_connect u1 xvda pages=256 || return
	raw_list u1 /tmp/requests | sed "s/^/$name: /"
	raw_disconnect u1 xvda
	raw_detach u1 xvda
	echo "$name: the disk: $(backend_sum "$device")"
}

# Disks as they are in the beginning, whatever was on them.
new_disks() {
	null_disk nullba size=1 discard=1 cache_size=1
	null_disk nullbb size=1 discard=1 cache_size=1
	null_disk nullbc size=1 blocksize=4096
	backend_exec 'for disk in a b c; do
		seq 200000 | head -c 1048576 | dd of=/dev/nullb$disk bs=64k oflag=direct; done'
}

old_disks() {
	local name
	for name in nullba nullbb nullbc; do
		null_disk_gone $name
	done
}

# all_disks FILE
all_disks() {
	local status=0
	new_disks
	{
		one_disk plain /dev/nullba && one_disk readonly /dev/nullbb access=ro &&
			one_disk blocks /dev/nullbc
	} > "$1" || status=$?
	old_disks
	return $status
}

# One line for each request that was answered differently. What a read that
# failed leaves in the guest's pages means nothing, and padding is looked at below.
compare() {
	paste -d '|' /out/stock /out/ours | awk -F '|' '
		function status(line) {
			return match(line, /status=[-0-9]*/) ? substr(line, RSTART + 7, RLENGTH - 7) : ""
		}
		function rest(line) {
			sub(/ padded/, "", line)
			return status(line) == "0" || status(line) == "" ? line : ""
		}
		{
			name = $1
			sub(/: [^:]*$/, "", name)
			if (status($1) != status($2))
				print name ": " status($1) " -> " status($2)
			else if (rest($1) != rest($2))
				print name ": other data"
		}'
}

raw_guest u1
guest_put u1 /test/requests /tmp/requests
modules_stock
check "the distribution's module answers" all_disks /out/stock
modules_load
check "ours answers" all_disks /out/ours
compare > /out/different
note "$(wc -l < /out/ours) answers, $(wc -l < /out/different) of them differ"
check "they answer alike, but for what is known" diff <(sed '/^#/d; /^$/d' /test/different) \
	/out/different
check "every request was answered" refuses grep none /out/ours
check "with nothing in the padding" refuses grep padded /out/ours
check "the kernel log is clean" dmesg_check
