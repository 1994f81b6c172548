# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What Documentation/frames.rst quotes is measured in the deterministic mode:
# lab run -m deterministic. Otherwise this shows that the structures work.

check "every structure finds what was added, and nothing else" \
	insmod /lab/modules/xen-structures.ko
dmesg | sed -n 's/.*xen_structures: /# /p'
rmmod xen-structures

insmod /lab/modules/xen-frames.ko
for number in 0 1 2 3; do
	echo $number > /sys/module/xen_gnttab/parameters/p2m_strategy
	note "P2M strategy $number: $(cat /sys/module/xen_frames/parameters/cost) ns a frame"
done
rmmod xen-frames
