# SPDX-License-Identifier: GPL-2.0
# Sourced in dom0: domains are created here, before and after the snapshot.

readonly LAB_KERNEL=/guest/vmlinux
readonly LAB_CMDLINE="console=hvc0 loglevel=5 rdinit=/init nokaslr mitigations=off log_buf_len=1M"

# domain_create NAME ROLE TYPE [xl configuration lines...]
# Starts a domain without waiting; the lines override the defaults.
domain_create() {
	local name=$1 role=$2 type=$3 ramdisk=/guest/guest.cpio memory=320 line
	shift 3

	if [ "$role" = driver ]; then
		ramdisk=/guest/driver.cpio memory=448
	fi
	{
		cat <<-X
			name="$name"
			type="$type"
			kernel="$LAB_KERNEL"
			ramdisk="$ramdisk"
			cmdline="$LAB_CMDLINE lab.role=$role lab.name=$name"
			memory=$memory
			maxmem=$((memory + 32))
			vcpus=1
			tsc_mode="native"
			on_crash="preserve"
		X
		[ "$role" != driver ] || echo driver_domain=1
		for line; do
			echo "$line"
		done
	} > "/etc/xen/$name.cfg"
	xl create -q "/etc/xen/$name.cfg"
}
