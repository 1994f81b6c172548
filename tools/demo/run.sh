# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What "make demo" shows: runs in dom0, with our modules loaded.

disk=/dev/ram0

say() {
	printf '\n== %s\n' "$*"
}

# show COMMAND: as if it were typed in dom0.
show() {
	printf '   dom0# %s\n' "$1"
	bash -c "$1" | sed 's/^/   /'
}

# show_guest CODE: as if it were typed in the guest.
show_guest() {
	printf '   u1# %s\n' "$1"
	guest_exec -t 60 u1 "$1" | sed 's/^/   /'
}

say "Xen, and the domains on it"
show 'xl info | grep -E "^(release|xen_version|nr_cpus|total_memory)"; xl list'

say "The modules that serve disks here, built a minute ago"
show 'lsmod | grep -E "^(Module|xen_gnttab|xen_blkback)"; ls -l /lab/modules'

say "A disk of 64 MB in dom0's memory is given to the guest u1: xl block-attach u1 ..."
modprobe brd rd_nr=1 rd_size=65536
modprobe ext4
disk_attach u1 xvda $disk
show 'xl block-list u1'

say "The guest, an ordinary Linux with its own xen-blkfront, makes a file system and writes"
show_guest 'mkfs.ext4 -q /dev/xvda && mount /dev/xvda /mnt && df -h /mnt'
show_guest 'head -c 20000000 /dev/urandom > /mnt/data; echo "written by u1" > /mnt/hello'
show_guest 'cd /mnt && sha256sum data; cd / && umount /mnt'

say "It reads it back"
show_guest 'mount /dev/xvda /mnt && cat /mnt/hello && cd /mnt && sha256sum data; cd / && umount /mnt'
inside=$(guest_exec -t 60 u1 'sha256sum < /dev/xvda')

say "What the library and the backend have counted meanwhile"
show 'grep -vE " 0$" /sys/kernel/debug/xen-gnttab/counters'
show 'cat /sys/kernel/debug/xen-blkback/*'

say "The disk is taken away from u1: xl block-detach u1 xvda; dom0 looks at it"
disk_detach u1 xvda
show "mount -o ro $disk /mnt && cat /mnt/hello && cd /mnt && sha256sum data; cd / && umount /mnt"
check "u1 and dom0 have seen the same disk" test "$inside" = "$(sha256sum < $disk)"
