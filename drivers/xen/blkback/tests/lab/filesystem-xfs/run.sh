# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What the test "filesystem" does, with another one.

export FILESYSTEM=xfs
. /test/filesystem/run.sh
