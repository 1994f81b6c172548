# SPDX-License-Identifier: GPL-2.0
"""Sphinx: how the documentation is built. Called by make docs."""

import sys
from pathlib import Path

# Nothing is written into the source tree.
sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent / "sphinx"))

project = "xen-backends"
copyright = "the xen-backends contributors"
language = "en"
root_doc = "index"
extensions = ["kernel_doc"]
exclude_patterns = ["sphinx", "man", "ABI"]
highlight_language = "none"
html_theme = "alabaster"
html_show_sphinx = False
html_copy_source = False
html_theme_options = {
    "description": "Xen backends on their own grant-table library",
    "page_width": "70em",
    "fixed_sidebar": True,
}
