# SPDX-License-Identifier: GPL-2.0
"""A test: a folder with a run.sh, and perhaps a test.conf."""

import shlex
from dataclasses import dataclass, field
from pathlib import Path

from . import gate, packages, paths, setup, topology
from .errors import LabError
from .payload import Payload

KEYS = {"topologies", "timeout", "allow", "dom0_cpus", "modules", "module_params", "kernels",
        "files", "description", "check", "xen_options", "mode"}


@dataclass
class TestCase:
    """What a test folder says about itself."""
    folder: Path
    topologies: list[str] = field(default_factory=lambda: ["pv-pv"])
    timeout: int = 120
    allow: str = ""
    dom0_cpus: int = 1
    modules: bool = True
    module_params: str = ""
    kernels: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    description: str = ""
    xen_options: str = ""
    mode: str = "fast"

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.folder.name

    def add_to(self, payload: Payload) -> None:
        """Put the test and the files that it asks for under /test."""
        payload.add_folder("test", self.folder)
        for pattern in self.files:
            found = [p for base in (self.folder, paths.REPO) for p in base.glob(pattern)]
            if not found:
                raise LabError(f"{self.folder}/test.conf: files: nothing matches '{pattern}'")
            for path in found:
                if path.is_dir():
                    payload.add_folder(f"test/{path.name}", path)
                else:
                    payload.add_path(f"test/{path.name}", path)


def parse_conf(text: str, where: str) -> dict[str, str]:
    """KEY=VALUE lines with a shell's quoting."""
    found = {}
    for number, line in enumerate(text.splitlines(), 1):
        try:
            words = shlex.split(line, comments=True)
        except ValueError as error:
            raise LabError(f"{where}:{number}: {error}") from None
        for word in words:
            key, equals, value = word.partition("=")
            if not equals or key not in KEYS:
                raise LabError(f"{where}:{number}: '{key}' is none of {', '.join(sorted(KEYS))}")
            found[key] = value
    return found


def _number(values: dict[str, str], key: str, default: int, where: str) -> int:
    text = values.get(key, str(default))
    if not text.isdigit() or not 1 <= int(text) <= 3600:
        raise LabError(f"{where}: {key}={text} is not a number from 1 to 3600")
    return int(text)


def load(folder: Path) -> TestCase:
    """Read a test folder."""
    folder = folder.resolve()
    if folder.name == "run.sh":
        folder = folder.parent
    if not (folder / "run.sh").is_file():
        raise LabError(f"{folder} is no test: it has no run.sh")
    conf = folder / "test.conf"
    values = parse_conf(conf.read_text(encoding="utf-8"), str(conf)) if conf.exists() else {}
    modules = values.get("modules", "yes")
    if modules not in ("yes", "no"):
        raise LabError(f"{conf}: modules={modules} is neither yes nor no")
    case = TestCase(
        folder, values.get("topologies", "pv-pv").split(),
        _number(values, "timeout", 120, str(conf)), values.get("allow", ""),
        _number(values, "dom0_cpus", 1, str(conf)), modules == "yes",
        values.get("module_params", ""), values.get("kernels", "").split(),
        values.get("files", "").split(), values.get("description", ""),
        " ".join(values.get("xen_options", "").split()), values.get("mode", "fast"))
    _check(case, conf)
    return case


def _check(case: TestCase, conf: Path) -> None:
    for name in case.topologies:
        topology.get(name)
    if case.mode not in setup.MODES:
        raise LabError(f"{conf}: mode={case.mode} is none of {', '.join(setup.MODES)}")
    for family in case.kernels:
        if family not in packages.KERNEL_PATTERN:
            raise LabError(f"{conf}: kernels: there is no '{family}'")
    gate.compile_pattern(case.allow, f"{conf}: allow")


def find_all(base: Path) -> list[Path]:
    """All test folders of the repository."""
    found = []
    for top in base.iterdir():
        if top.is_dir() and top.name not in ("build", ".git"):
            found += [script.parent for script in top.rglob("tests/lab/*/run.sh")]
    return sorted(found)
