# SPDX-License-Identifier: GPL-2.0
"""The lab: real Xen under QEMU's software emulation."""
