# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Sourced by kunit: boot User-mode Linux with our modules and keep its log.

# The root folder: busybox, the init script and the modules.
make_root()
{
	local out=$1 folder=$1/root applet module

	rm -rf "$folder"
	mkdir -p "$folder"/{bin,dev,host,modules,proc,sys,tmp}
	cp /bin/busybox "$folder/bin/"
	for applet in sh mount umount insmod rmmod cat cp find mkdir dirname \
		sleep poweroff; do
		ln -s busybox "$folder/bin/$applet"
	done
	cp "$here/init" "$folder/init"
	load_order "$out/tree" > "$folder/modules/order"
	while read -r module; do
		cp "$(find "$out/tree" -name "$module.ko")" "$folder/modules/"
	done < "$folder/modules/order"
}

# Only processors with a register file larger than UML knows need this; it
# changes nothing elsewhere.
xstate_fix()
{
	local fix=$root/build/uml/xstate-fix.so

	if [ "$fix" -ot "$here/xstate-fix.c" ]; then
		gcc -O2 -Wall -shared -fPIC -o "$fix.$$" "$here/xstate-fix.c" -ldl
		mv "$fix.$$" "$fix"
	fi
	echo "$fix"
}

boot()
{
	local flavour=$1 out=$2 status=0

	# A disk that takes 200 ms for a request, for what ends in the middle.
	local arguments=(null_blk.irqmode=2 null_blk.completion_nsec=200000000)

	make_root "$out"
	mkdir -p "$out/uml"
	[ "$flavour" = plain ] || arguments+=(kasan_multi_shot page_poison=1)
	if [ -n "$coverage" ]; then
		rm -rf "$out/coverage"
		mkdir -p "$out/coverage"/{pv,auto-translated}-{1,2}
		arguments+=("coverage=$out/coverage")
	fi

	# Virtual time jumps over every sleep, and stands still while code runs:
	# what a suite sees of timers does not depend on the host's speed. A panic
	# ends the program.
	LD_PRELOAD=$(xstate_fix) timeout -k 5 "$boot_timeout" \
		"$root/build/uml/$flavour/linux" mem=384M uml_dir="$out/uml/" \
		root=/dev/root rootfstype=hostfs rootflags="$out/root" ro \
		init=/init con=null con0=null,fd:1 panic=-1 time-travel=inf-cpu \
		kunit.enable=1 printk.devkmsg=on log_buf_len=4M \
		"${arguments[@]}" < /dev/null > "$out/log" 2>&1 || status=$?
	[ $status != 124 ] || echo "kunit: gave up after $boot_timeout s" >> "$out/log"
	sed -i 's/\r$//' "$out/log"
}

judge()
{
	local flavour=$1 out=$2 arguments=()

	[ "$flavour" = plain ] || arguments+=(--leaks)
	[ -z "$quiet" ] || arguments+=(--quiet)
	"$here/judge" "${arguments[@]}" "$out/log" || {
		echo "kunit: $flavour: failed, the log is $out/log" >&2
		return 1
	}
	[ -z "$coverage" ] || "$here/coverage" "$out"
}
