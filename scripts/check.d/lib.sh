# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What the jobs in this folder share: source it, then call expect or passed and
# failed for each case and finish at the end.

root=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../..")
# a job can also be run by hand
: "${CHECK_DIR:=$root/build/check/$(basename "$0" | cut -d- -f2-)}"
mkdir -p "$CHECK_DIR"

cases_passed=0
cases_failed=0

passed() {
	echo "ok: $*"
	cases_passed=$((cases_passed + 1))
}

failed() {
	echo "NOT OK: $*"
	cases_failed=$((cases_failed + 1))
}

# expect NAME COMMAND...: a case that passes if the command succeeds.
expect() {
	local name=$1

	shift
	if "$@"; then passed "$name"; else failed "$name"; fi
}

# expect_none NAME TEXT: a case that passes if a search has found nothing.
expect_none() {
	if [[ -z $2 ]]; then
		passed "$1"
	else
		failed "$1"
		printf '%s\n' "$2" | sed 's/^/    /'
	fi
}

finish() {
	echo "# cases: $cases_passed passed, $cases_failed failed"
	((cases_failed == 0))
}

# Our C sources and headers, relative to the root; under the given folders.
c_files() {
	git -C "$root" ls-files --cached --others --exclude-standard -- "$@" |
		grep -E '\.[chS]$' | while read -r file; do
			[[ ! -f $root/$file ]] || echo "$file"
		done
}

# build_without_a_warning NAME OPTION...: builds all modules anew with W=1 into
# the job's own folder; a warning of the compiler stops it, one of modpost or
# make is found in the log. For another architecture there is no list of what
# the kernel exports, and modpost says so: see expect_exported.
build_without_a_warning() {
	local name=$1 log=$CHECK_DIR/build.log
	local no_list='modpost: .* undefined!|Module.symvers is missing|unresolved symbol warnings'
	shift

	if "$root/scripts/build-modules" "$@" --w1 --werror --fresh \
		--jobs 1 --output "$CHECK_DIR/modules" >"$log" 2>&1; then
		passed "builds for $name"
	else
		failed "builds for $name"
	fi
	cat "$log"
	expect_none "no warning for $name" \
		"$(grep -iE '\b(warning|error)\b' "$log" | grep -vE "$no_list" || true)"
	expect "xen-gnttab.ko for $name" \
		test -s "$CHECK_DIR/modules/drivers/xen/grant-table/xen-gnttab.ko"
	expect "xen-blkback.ko for $name" \
		test -s "$CHECK_DIR/modules/drivers/xen/blkback/xen-blkback.ko"
	expect "xen-netback.ko for $name" \
		test -s "$CHECK_DIR/modules/drivers/xen/netback/xen-netback.ko"
}

# Every name that linux-source-6.1 exports to modules, in some architecture or
# configuration.
exported_by_the_kernel() {
	local source folders=(arch block crypto drivers/base drivers/block drivers/char
		drivers/irqchip drivers/xen fs init kernel lib mm net security)

	source=$("$root/scripts/kernel-source")
	(cd "$source" && grep -rhoE '\bEXPORT(_PER_CPU)?_SYMBOL(_GPL)?\(\w+' \
		"${folders[@]}") | sed 's/.*(//' | sort -u
	# what a tracepoint consists of
	(cd "$source" && grep -rhoE '\bEXPORT_TRACEPOINT_SYMBOL(_GPL)?\(\w+' \
		"${folders[@]}") | sed 's/.*(//' | sort -u |
		sed 's/.*/__tracepoint_&\n__traceiter_&\n__SCK__tp_func_&\n__SCT__tp_func_&/'
	# made by macros
	printf '%s\n' param_ops_{bool,byte,short,ushort,int,uint,long,ulong,charp} \
		_dev_{emerg,alert,crit,err,warn,notice,info}
}

# expect_exported MODULE...: each name that a module asks for is one that the
# kernel or another of them exports.
expect_exported() {
	local modules=("${@/#/$CHECK_DIR/modules/drivers/xen/}")

	# that they are missing was a failed case already
	[[ -s ${modules[0]} && -s ${modules[-1]} ]] || return 0
	exported_by_the_kernel >"$CHECK_DIR/exported"
	# ours are named by their entries in the table of exports
	nm "${modules[@]}" | sed -n 's/.* __ksymtab_//p' >>"$CHECK_DIR/exported"
	expect_none "the modules ask for nothing that no kernel exports" \
		"$(nm -u "${modules[@]}" | sed -n 's/^ *U //p' | sort -u |
			grep -vxFf "$CHECK_DIR/exported" || true)"
}
