# SPDX-License-Identifier: GPL-2.0
# Sourced where the backends live: dom0, or the driver domain.
#
# The project's modules are in /lab/modules, the distribution's in /mod.

# Backends and what they need, each after what it needs.
BACKEND_MODULES="xen-gnttab xen-blkback xen-netback"

# _insert FOLDER [MODULE...] [MODULE.PARAMETER=VALUE...]
_insert() {
	local folder=$1 word module names="" params
	shift

	for word; do
		case $word in
		*=*) ;;
		*) names="$names $word" ;;
		esac
	done
	for module in ${names:-$BACKEND_MODULES}; do
		[ -f "$folder/$module.ko" ] || continue
		[ ! -d "/sys/module/$(echo "$module" | tr - _)" ] || continue
		params=()
		for word; do
			case $word in
			"$module."*=* | "$(echo "$module" | tr - _)."*=*) params+=("${word#*.}") ;;
			esac
		done
		insmod "$folder/$module.ko" ${params[@]+"${params[@]}"} || return
	done
}

# modules_remove: all backends out, the project's or the distribution's.
modules_remove() {
	local module

	for module in $(echo "$BACKEND_MODULES" | tr ' ' '\n' | tac); do
		[ ! -d "/sys/module/$(echo "$module" | tr - _)" ] || rmmod "$module" || return
	done
}

# modules_insert_project [MODULE...] [MODULE.PARAMETER=VALUE...]
modules_insert_project() {
	if ! ls /lab/modules/*.ko > /dev/null 2>&1; then
		echo "no project modules came with the payload" >&2
		return 1
	fi
	_insert /lab/modules "$@"
}

# modules_insert_stock [MODULE...] [MODULE.PARAMETER=VALUE...]
modules_insert_stock() {
	local word names=""

	for word; do
		case $word in
		*=*) ;;
		*) names=yes ;;
		esac
	done
	[ -n "$names" ] || set -- xen-blkback "$@"
	_insert /mod "$@"
}
