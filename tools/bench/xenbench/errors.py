# SPDX-License-Identifier: GPL-2.0
"""The error that is told in one line."""


class BenchError(Exception):
    """Something that a person has to know, and perhaps to do."""
