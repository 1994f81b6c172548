# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# The same with grants that were to stay mapped.

export WAY=persistent
. /test/exhaustion/run.sh
