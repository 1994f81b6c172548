# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Sourced by kunit: our modules and their suites, for ARCH=um.

# Everything that Kbuild knows, with the model of Xen below it and all suites.
build_modules()
{
	local flavour=$1 out=$2 builder=$source_tree/scripts/build-modules
	local log=$out/build.log arguments=("${make_arguments[@]}")

	[ -z "$coverage" ] || arguments+=(GCOV_PROFILE=y)
	# UML does not offer it for everything, only for who asks.
	[ "$flavour" = plain ] || arguments+=(UBSAN_SANITIZE=y)
	mkdir -p "$out"
	if ! nice "$builder" --kernel "$root/build/uml/$flavour" \
		--output "$out/tree" --jobs "$jobs" ARCH=um \
		CONFIG_XEN_BACKENDS_MODEL=m CONFIG_XEN_BACKENDS_KUNIT_TEST=m \
		"${arguments[@]}" > "$log" 2>&1; then
		grep -E 'error|undefined|\*\*\*' "$log" >&2 || tail -20 "$log" >&2
		die "the modules do not build for UML, see $log"
	fi
	if grep -E 'warning:|WARNING:' "$log" >&2; then
		die "the modules build with warnings, see $log"
	fi
}

dependencies()
{
	local tree=$1 module name needed

	while read -r module; do
		name=$(basename "$module" .ko)
		echo "$name $name"
		for needed in $(modinfo -F depends "$module" | tr ',' ' '); do
			echo "${needed//_/-} $name"
		done
	done < <(find "$tree" -name '*.ko')
}

# All modules, each after those that it needs, and the suites after all: one
# may try a driver of which it needs no symbol.
load_order()
{
	local order

	order=$(dependencies "$1" | tsort)
	grep -v -- '-test$' <<< "$order" || true
	grep -- '-test$' <<< "$order" || true
}
