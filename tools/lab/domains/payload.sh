# SPDX-License-Identifier: GPL-2.0
# Sourced in dom0: the disk by which the payload comes and the results go.
#
# First sector of 4096 bytes: "XENLAB1 SECTORS SECONDS", where SECONDS is the
# time of day.  A tar archive of SECTORS sectors follows.  The results have
# the same form from PAYLOAD_RESULTS on.

PAYLOAD_DISK=/dev/sda
PAYLOAD_RESULTS=49152

# payload_wait: until the disk has a payload, which is then unpacked in /.
payload_wait() {
	local magic sectors now

	while :; do
		# Read around the cache: it was filled before the snapshot.
		read -r magic sectors now < <(dd if=$PAYLOAD_DISK bs=4096 count=1 iflag=direct \
			2>/dev/null | tr -d '\0')
		[ "$magic" != XENLAB1 ] || break
		sleep 0.1
	done
	date -s "@$now" > /dev/null
	dd if=$PAYLOAD_DISK bs=4096 skip=1 count="$sectors" iflag=direct 2>/dev/null | tar x -C /
}

# payload_return FILE: write a tar archive back.
payload_return() {
	local sectors

	sectors=$((($(stat -c %s "$1") + 4095) / 4096))
	dd if="$1" of=$PAYLOAD_DISK bs=4096 seek=$((PAYLOAD_RESULTS + 1)) conv=notrunc,fsync \
		2>/dev/null
	echo "XENLAB1 $sectors 0" |
		dd of=$PAYLOAD_DISK bs=4096 seek=$PAYLOAD_RESULTS conv=sync,notrunc,fsync 2>/dev/null
}
