# SPDX-License-Identifier: GPL-2.0
"""The directive kernel-doc: the comments of one of our headers as a chapter.

    .. kernel-doc:: include/xen/gnttab/area.h

The kernel's own script does the work. It is taken from $KERNELDOC, or from
Debian's kernel headers, which scripts/fetch-kernel unpacks below build/.
"""

from __future__ import annotations

import os
import subprocess
from functools import lru_cache
from pathlib import Path

import sphinx
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import nested_parse_with_titles

ROOT = Path(__file__).resolve().parent.parent.parent


@lru_cache(maxsize=None)
def script() -> str:
    """The kernel's kernel-doc."""
    if "KERNELDOC" in os.environ:
        return os.environ["KERNELDOC"]
    kernel = subprocess.run([ROOT / "scripts" / "fetch-kernel", "6.1"],
                            check=True, stdout=subprocess.PIPE, text=True)
    return str(Path(kernel.stdout.strip()) / "scripts" / "kernel-doc")


def translate(header: Path) -> str:
    """The comments of a header in Sphinx' language; every complaint is an error."""
    result = subprocess.run(
        [script(), "-rst", "-Werror", "-sphinx-version", sphinx.__version__, header],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if result.returncode or not result.stdout.strip():
        raise RuntimeError(f"kernel-doc {header}: {result.stderr.strip() or 'nothing found'}")
    return result.stdout


class KernelDoc(SphinxDirective):
    """See the top of this file."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        header = ROOT / self.arguments[0]
        self.env.note_dependency(str(header))
        try:
            text = translate(header)
        except (OSError, RuntimeError, subprocess.CalledProcessError) as error:
            raise self.error(str(error)) from error
        section = nodes.section()
        section.document = self.state.document
        lines = StringList(text.splitlines(), source=self.arguments[0])
        nested_parse_with_titles(self.state, lines, section)
        return section.children


def setup(app: Sphinx) -> dict[str, bool]:
    """Called by Sphinx."""
    app.add_directive("kernel-doc", KernelDoc)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
