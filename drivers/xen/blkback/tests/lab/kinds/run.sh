# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What a disk is, and what becomes of the errors of the device below.

. /test/common/disks.sh
. /test/common/counters.sh

# backend_key GUEST VDEV KEY: what we wrote to xenstore.
backend_key() {
	local path

	path=$(xenstore-read "/local/domain/$(guest_domid "$1")/device/vbd/$(vdev_number "$2")/backend")
	xenstore-read "$path/$3"
}

test_cdrom() {
	disk_attach u1 xvda /dev/ram0 access=ro devtype=cdrom
	# The toolstack calls every CD-ROM drive removable.
	check "cdrom: info" [ "$(backend_key u1 xvda info)" = 7 ]
	check "cdrom: it can be read" same_data u1 xvda /dev/ram0
	check "cdrom: and not written" refuses guest_exec u1 \
		'dd if=/dev/zero of=/dev/xvda bs=4k count=1 oflag=direct'
	disk_detach u1 xvda
}

# A SCSI disk that has a bad sector, and can be pulled out.
scsi_disk() {
	backend_exec 'modprobe sd_mod
		modprobe scsi_debug dev_size_mb=8 opts=2 removable=1 delay=0 >&2
		for i in $(seq 100); do
			ls /sys/bus/pseudo/drivers/scsi_debug/adapter*/host*/target*/*/block && exit
			sleep 0.1
		done 2> /dev/null'
}

io_errors() {
	disk_counter u1 xvdc io_errors
}

test_errors() {
	disk_attach u1 xvdc "/dev/$scsi"
	check "removable: the device below is" [ "$(backend_key u1 xvdc info)" = 2 ]
	check "removable: the guest is told" guest_exec u1 '[ "$(cat /sys/block/xvdc/removable)" = 1 ]'
	check "errors: what is before the bad sector can be read" guest_exec u1 \
		'dd if=/dev/xvdc of=/dev/null bs=4k count=580 iflag=direct'
	check "errors: none so far" [ "$(io_errors)" = 0 ]
	check "errors: the bad sector cannot" refuses guest_exec u1 \
		'dd if=/dev/xvdc of=/dev/null bs=4k skip=582 count=1 iflag=direct'
	check "errors: it is counted" [ "$(io_errors)" -gt 0 ]
	check "errors: what is behind it can" guest_exec u1 \
		'dd if=/dev/xvdc of=/dev/null bs=4k skip=600 iflag=direct'
	check "errors: it can be written" guest_exec u1 \
		'dd if=/dev/urandom of=/dev/xvdc bs=4k count=64 oflag=direct'
}

test_removal() {
	guest_exec -t 60 u1 'fio --name=x --filename=/dev/xvdc --rw=randread --bs=4k --size=1m \
		--direct=1 --ioengine=libaio --iodepth=8 --time_based --runtime=20 --minimal' \
		> /tmp/fio.log 2>&1 &
	sleep 3
	backend_exec "echo 1 > /sys/block/$scsi/device/delete"
	check "removal: the guest gets errors" refuses wait $!
	check "removal: and goes on getting them" refuses guest_exec u1 \
		'dd if=/dev/xvdc of=/dev/null bs=4k count=1 iflag=direct'
	check "removal: another disk is served" disk_attach u1 xvdd /dev/ram0
	check "removal: as ever" same_data u1 xvdd /dev/ram0
	disk_detach u1 xvdd
	disk_detach u1 xvdc
	check "removal: nothing holds the device" wait_until 20 backend_exec 'rmmod scsi_debug'
}

ram_disk 8
# Linux in a guest with a PVH's hardware leaves CD-ROM drives to other drivers.
[ "$GUEST_TYPE" = pvh ] || test_cdrom
scsi=$(scsi_disk)
note "the SCSI disk is $scsi"
test_errors
test_removal
check "the kernel log is clean" dmesg_check
