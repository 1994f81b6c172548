# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sourced where the disk is: one that remembers in which order it was written to,
# and what it would hold had it lost all that was not flushed.
#
# That is dm-log-writes: a write gets into its log when a flush that came after
# it is done, or at the very end. So what was durable at a time is the log up to
# its last flush.

LOG_FLUSH=1 LOG_FUA=2 LOG_DISCARD=4 LOG_MARK=8

# logged_disk MEGABYTES: /dev/mapper/logged; written to /dev/ram0, its log is
# /dev/ram1, and what it held before is on /dev/ram2.
logged_disk() {
	dd if=/dev/ram0 of=/dev/ram2 bs=1M 2> /dev/null
	dmsetup create logged --table "0 $(($1 * 2048)) log-writes /dev/ram0 /dev/ram1"
}

# log_words OFFSET COUNT: numbers of 64 bits.
log_words() {
	dd if=/dev/ram1 bs=512 skip="$1" count=1 2> /dev/null | od -v -A n -t u8 -N $(($2 * 8)) |
		tr -s ' \n' ' '
}

# Each entry of the log: where it is, and its header.
log_entries() {
	local at=1 nr i sector sectors flags bytes magic version

	read -r magic version nr <<< "$(log_words 0 3)"
	[ "$version" = 1 ] || { echo "not a log: $magic $version" >&2; return 1; }
	for ((i = 0; i < nr; i++)); do
		read -r sector sectors flags bytes <<< "$(log_words $at 4)"
		echo "$at $sector $sectors $flags"
		at=$((at + 1))
		if [ $((flags & LOG_MARK)) != 0 ]; then
			at=$((at + (bytes + 511) / 512))
		elif [ $((flags & LOG_DISCARD)) = 0 ]; then
			at=$((at + sectors))
		fi
	done
}

# replay: /dev/ram2 is what was durable.
replay() {
	local at sector sectors flags last

	blockdev --flushbufs /dev/ram1
	log_entries > /tmp/entries || return
	last=$(awk -v f=$LOG_FLUSH -v u=$LOG_FUA 'int($4 / f) % 2 || int($4 / u) % 2 { n = NR }
		END { print n + 0 }' /tmp/entries)
	echo "$(wc -l < /tmp/entries) entries, of which $last were durable"
	head -n "$last" /tmp/entries | while read -r at sector sectors flags; do
		[ "$sectors" != 0 ] && [ $((flags & (LOG_DISCARD | LOG_MARK))) = 0 ] || continue
		dd if=/dev/ram1 of=/dev/ram2 bs=512 skip=$((at + 1)) seek="$sector" count="$sectors" \
			conv=notrunc 2> /dev/null || return
	done
	sync
	blockdev --flushbufs /dev/ram2
	[ "$last" -gt 0 ]
}
