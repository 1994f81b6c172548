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

# Builds all modules anew with W=1 into the job's own folder; a warning of the
# compiler stops it, one of modpost or make is found in the log.
build_without_a_warning() {
	local kernel=$1 log=$CHECK_DIR/build.log
	shift

	if "$root/scripts/build-modules" --kernel "$kernel" --w1 --werror --fresh \
		--jobs 1 --output "$CHECK_DIR/modules" "$@" >"$log" 2>&1; then
		passed "builds for $kernel"
	else
		failed "builds for $kernel"
	fi
	cat "$log"
	expect_none "no warning for $kernel" \
		"$(grep -iE '\b(warning|error)\b' "$log" || true)"
	expect "xen-gnttab.ko for $kernel" \
		test -s "$CHECK_DIR/modules/drivers/xen/grant-table/xen-gnttab.ko"
	expect "xen-blkback.ko for $kernel" \
		test -s "$CHECK_DIR/modules/drivers/xen/blkback/xen-blkback.ko"
}
