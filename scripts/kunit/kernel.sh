# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Sourced by kunit: build the two User-mode Linux kernels, once each.

# A kernel is good for as long as the source package and the configuration are
# the ones that it was built from.
kernel_key()
{
	local flavour=$1

	{
		"$root/scripts/kernel-source" --version
		config_fragments "$flavour" | xargs cat
		cat "$here/config/Kconfig.uml"
	} | sha256sum | cut -d' ' -f1
}

config_fragments()
{
	echo "$here/config/plain.config"
	[ "$1" = plain ] || echo "$here/config/$1.config"
}

kernel_make()
{
	local flavour=$1
	shift

	# The flags of a make above us must not leak in.
	env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL nice make -s -C "$source" \
		ARCH=um O="$root/build/uml/$flavour" \
		KBUILD_KCONFIG="$root/build/uml/$flavour/Kconfig.uml" "$@"
}

# Kconfig drops what it cannot satisfy without a word.
require_options()
{
	local flavour=$1 config=$root/build/uml/$1/.config option missing=0

	while read -r option; do
		grep -qx "$option" "$config" && continue
		echo "kunit: $flavour: the kernel does not take $option" >&2
		missing=1
	done < <(config_fragments "$flavour" | xargs grep -hE '^CONFIG_[A-Z0-9_]+=')
	return $missing
}

configure_kernel()
{
	local flavour=$1 out=$root/build/uml/$1

	cat "$source/Kconfig" "$here/config/Kconfig.uml" > "$out/Kconfig.uml"
	config_fragments "$flavour" | xargs cat > "$out/fragment.config"
	kernel_make "$flavour" KCONFIG_ALLCONFIG="$out/fragment.config" \
		allnoconfig || return
	require_options "$flavour" || die "$flavour: bad configuration"
}

build_kernel()
{
	local flavour=$1 out=$root/build/uml/$1 key log
	local start=$SECONDS

	key=$(kernel_key "$flavour")
	mkdir -p "$out"
	exec 8> "$root/build/uml/$flavour.lock"
	flock -w 3600 8 || die "another job has been building $flavour for an hour"
	if [ -x "$out/linux" ] && [ "$(cat "$out/.key" 2>/dev/null)" = "$key" ]; then
		exec 8>&-
		return
	fi

	log=$root/build/uml/$flavour.log
	echo "kunit: building the $flavour kernel (once, 5 to 10 minutes; $log)" >&2
	source=$("$root/scripts/kernel-source")
	rm -f "$out/.key"
	if ! { configure_kernel "$flavour" &&
	       kernel_make "$flavour" -j"$jobs" all; } > "$log" 2>&1; then
		tail -20 "$log" >&2
		die "the $flavour kernel does not build, see $log"
	fi
	echo "$key" > "$out/.key"
	exec 8>&-
	echo "kunit: $flavour kernel built in $((SECONDS - start)) s" >&2
}
