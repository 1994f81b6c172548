# SPDX-License-Identifier: GPL-2.0
"""Makes the lab's package importable, and its build folder a temporary one."""

import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

LAB = Path(__file__).resolve().parent.parent
FIXTURES = LAB / "tests" / "fixtures"
sys.path.insert(0, str(LAB))


class Scratch(unittest.TestCase):
    """A test with a folder of its own, where the lab builds too."""

    def setUp(self) -> None:
        holder = tempfile.TemporaryDirectory(prefix="lab-test-")
        self.addCleanup(holder.cleanup)
        self.folder = Path(holder.name)
        patch = mock.patch.dict("os.environ", {"XENLAB_BUILD": str(self.folder / "build")})
        patch.start()
        self.addCleanup(patch.stop)
