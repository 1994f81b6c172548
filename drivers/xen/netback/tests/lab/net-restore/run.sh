# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# A guest is saved in the middle of two connections, and restored: the toolstack makes
# a new interface for it, and not a byte is lost.

. /test/common/net.sh

image=/tmp/saved

# stream ADDRESS PORT: 64 KB again and again until there is /tmp/stop.
stream() {
	echo "head -c 64k /dev/urandom > /tmp/piece
		rm -f /tmp/stop /tmp/sum.sent
		(exec 3<> /dev/tcp/$1/$2 || exit
		until [ -e /tmp/stop ]; do
			cat /tmp/piece
			sleep 0.2
		done | tee >(sha256sum > /tmp/sum.sent) >&3) > /dev/null 2>&1 < /dev/null &"
}

# sink PORT: what comes is counted and summed.
sink() {
	echo "rm -f /tmp/sum.got
		(nc -l -p $1 < <(sleep 900) | tee /tmp/got | sha256sum > /tmp/sum.part
		mv /tmp/sum.part /tmp/sum.got) > /dev/null 2>&1 < /dev/null &"
}

listens() {
	echo "grep -q ':$(printf %04X "$1") .* 0A ' /proc/net/tcp /proc/net/tcp6"
}

# Bytes that came, in the backend's domain and in the guest.
bytes_here() {
	backend_exec 'stat -c %s /tmp/got'
}

bytes_there() {
	guest_exec saved 'stat -c %s /tmp/got'
}

# flows FROM-GUEST TO-GUEST: more has come than that.
flows() {
	[ "$(bytes_here)" -gt "$1" ] && [ "$(bytes_there)" -gt "$2" ]
}

restore() {
	xl restore "$image" && labctl ready saved 60 && wait_until 30 vif_connected saved 4 &&
		vif_address_here saved 4
}

# The streams end, and each end has the same sum.
same_sums() {
	local sums=/tmp/sums

	backend_exec 'cat /tmp/sum.sent' > $sums.1 && guest_exec saved 'cat /tmp/sum.got' > $sums.2 &&
		guest_exec saved 'cat /tmp/sum.sent' > $sums.3 && backend_exec 'cat /tmp/sum.got' > $sums.4 &&
		cmp $sums.1 $sums.2 && cmp $sums.3 $sums.4
}

# nc ends when its peer does.
sums_there() {
	backend_exec '[ -s /tmp/sum.got ] && [ -s /tmp/sum.sent ]' &&
		guest_exec saved '[ -s /tmp/sum.got ] && [ -s /tmp/sum.sent ]'
}

counts=$(net_counts)
guest_start saved memory=200 maxmem=200
vif_attach saved 4
vif_address saved 4
backend_exec "$(sink 5001)"
guest_exec saved "$(sink 5002)"
wait_until 20 backend_exec "$(listens 5001)"
wait_until 20 guest_exec saved "$(listens 5002)"
guest_exec saved "$(stream "$(here 4)" 5001)"
backend_exec "$(stream "$(there 4)" 5002)"
check "data flows both ways" wait_until 30 flows 300000 300000
for round in 1 2; do
	domid=$(guest_domid saved)
	check "round $round: it is saved" xl save saved "$image"
	check "round $round: its old interface is gone" wait_until 20 vifs_gone "$domid"
	check "round $round: it is restored" restore
	rm "$image"
	from=$(bytes_here)
	to=$(bytes_there)
	check "round $round: both connections go on" wait_until 120 flows "$from" "$to"
done
backend_exec 'touch /tmp/stop'
guest_exec saved 'touch /tmp/stop'
check "both streams end" wait_until 60 sums_there
check "both came as they were sent" same_sums
note "$(bytes_here) bytes from the guest, $(bytes_there) to it"
guest_destroy saved
check "nothing is left" wait_until 20 net_counts_are "$counts"
check "the kernel log is clean" dmesg_check
