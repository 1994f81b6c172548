# SPDX-License-Identifier: GPL-2.0
# Every function that Documentation/lab.rst promises to a test.

disk=/dev/ram0

returns() {
	local wanted=$1 status=0
	shift

	"$@" || status=$?
	[ "$status" = "$wanted" ]
}

prints() {
	local wanted=$1
	shift

	[ "$("$@" 2>&1)" = "$wanted" ]
}

# The same bytes, seen by the backend and by the guest.
same_bytes() {
	[ "$(backend_exec "sha256sum < $disk")" = "$(guest_exec u1 'sha256sum < /dev/xvda')" ]
}

gone_in_guest() {
	! guest_exec u1 "[ -b /dev/$1 ]"
}

note "topology $TOPOLOGY, backends in $BACKEND_DOMAIN"

check "output comes back" prints hello guest_exec u1 'echo hello'
check "status comes back" returns 7 guest_exec u1 'exit 7'
check "errors come back" prints oops guest_exec u1 'echo oops >&2'
check "code is stopped in time" returns 124 guest_exec -t 1 u1 'sleep 30'
check "an unknown guest is told" returns 98 guest_exec nobody true
guest_exec u1 'seq 20000' > /tmp/numbers
check "100 KB come back" cmp /tmp/numbers <(seq 20000)
guest_exec -t 20 u1 'until [ -e /tmp/flag ]; do sleep 0.1; done; echo seen' > /tmp/seen &
sleep 0.3
guest_exec u1 'touch /tmp/flag'
wait
check "two requests at once" grep -q seen /tmp/seen

head -c 60000 /dev/urandom > /tmp/bytes
chmod 755 /tmp/bytes
guest_put u1 /tmp/bytes /tmp/folder/bytes
check "a file arrives" prints "$(sha256sum < /tmp/bytes)" \
	guest_exec u1 'sha256sum < /tmp/folder/bytes'
check "its mode arrives" guest_exec u1 '[ -x /tmp/folder/bytes ]'
check "wait_until waits" wait_until 3 test "$SECONDS" -ge 0
check "wait_until gives up" returns 1 wait_until 1 false

modules_stock xen-blkback.max_queues=2
check "parameters arrive" prints 2 \
	backend_exec 'cat /sys/module/xen_blkback/parameters/max_queues'
modules_unload
check "modules leave" backend_exec '! [ -d /sys/module/xen_blkback ]'
modules_stock

backend_exec 'modprobe brd rd_nr=2 rd_size=16384; head -c 16m /dev/urandom > /dev/ram0'
disk_attach u1 xvda $disk
check "the guest reads what we wrote" same_bytes
check "the guest writes" guest_exec u1 \
	'head -c 4m /dev/urandom > /dev/xvda && sync && blockdev --flushbufs /dev/xvda'
backend_exec "blockdev --flushbufs $disk"
check "we read what the guest wrote" same_bytes
check "ext4" guest_exec u1 'mkfs.ext4 -q /dev/xvda && mount /dev/xvda /mnt && umount /mnt'
disk_detach u1 xvda
check "the disk leaves" gone_in_guest xvda
check "the file system is clean" backend_exec "e2fsck -fn $disk"

disk_attach u1 xvdb $disk access=ro
check "read-only" returns 1 guest_exec u1 'dd if=/dev/zero of=/dev/xvdb count=1 2>/dev/null'
disk_detach u1 xvdb

backend_exec 'truncate -s 8M /tmp/image'
disk_attach u1 xvdc /tmp/image
check "a file as a disk" guest_exec u1 'dd if=/dev/urandom of=/dev/xvdc bs=64k count=4 conv=fsync'
disk_detach u1 xvdc
check "its loop device is free again" backend_exec '[ -z "$(losetup -a)" ]'

guest_start u2 'memory=200'
check "a second guest" prints u2 guest_exec u2 hostname
disk_attach u2 xvda $disk
guest_exec -t 40 u2 'fio --name=x --filename=/dev/xvda --rw=randwrite --size=8m \
	--time_based --runtime=30' > /tmp/fio.log 2>&1 &
sleep 1
guest_destroy u2
status=0
wait $! || status=$?
check "a guest that vanishes is told" test "$status" = 98
check "it is gone" returns 98 guest_domid u2

check "no bad line so far" dmesg_check
# At a level that stays off the console, and cleared again before the gate looks.
backend_exec 'echo "<7>BUG: made up" > /dev/kmsg'
check "a bad line is noticed" returns 1 dmesg_check
backend_exec 'dmesg -c > /dev/null'
echo kept > /out/result
