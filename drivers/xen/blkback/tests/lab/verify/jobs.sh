# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sourced by run.sh: the jobs of fio.

# Block size, and how much of it is read and written.
sizes=${SIZES:-"4k:256k 16k:1m 64k:2m 128k:4m 1m:8m"}
[ "$TOPOLOGY" != driver ] || sizes="4k:128k 64k:1m 1m:4m"

# job NAME KEY=VALUE...
job() {
	echo "[$1]"
	shift
	printf '%s\n' "$@" stonewall
}

# Whatever a job reads carries a checksum and its place. What a reading job
# finds was left there by the writing job before it.
direct_jobs() {
	local bs=$1 size=$2 depth rw

	for depth in 1 32; do
		for rw in write read randrw; do
			job "$rw-$bs-depth$depth-direct" "rw=$rw" "bs=$bs" "size=$size" \
				"iodepth=$depth" ioengine=libaio direct=1
		done
	done
}

buffered_jobs() {
	local bs=$1 size=$2 rw

	for rw in write read randrw; do
		job "$rw-$bs-buffered" "rw=$rw" "bs=$bs" "size=$size" ioengine=psync direct=0 \
			end_fsync=1 invalidate=1
	done
}

fio_jobs() {
	local entry

	cat <<-X
		[global]
		filename=/dev/xvda
		verify=crc32c
		verify_fatal=1
		do_verify=1
		randrepeat=1
		allow_mounted_write=0
	X
	for entry in $sizes; do
		direct_jobs "${entry%:*}" "${entry#*:}"
		buffered_jobs "${entry%:*}" "${entry#*:}"
	done
}
