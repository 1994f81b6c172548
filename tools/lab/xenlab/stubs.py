# SPDX-License-Identifier: GPL-2.0
"""Stand-ins for libraries that a program links but that no test uses.

Debian's fio is linked with the clients of Ceph, Gluster, RDMA and persistent
memory, 80 MB of them.  The dynamic linker only wants the symbols to exist
under the right versions; whoever calls one gets a trap.
"""

import shutil
import subprocess
from pathlib import Path

from .elf import Dynamic
from .errors import LabError

UNUSED = {
    "libnuma.so.1", "libgfapi.so.0", "libnbd.so.0", "libibverbs.so.1",
    "librdmacm.so.1", "librados.so.2", "librbd.so.1", "libpmemblk.so.1",
    "libpmem.so.1",
}


def _version_script(versions: dict[str, list[str]]) -> str:
    lines = []
    for version, symbols in versions.items():
        names = " ".join(f"{s};" for s in symbols)
        lines.append(f"{version} {{ global: {names} }};")
    return "\n".join(lines)


def _compile(folder: Path, library: str, symbols: list[str], script: str) -> Path:
    compiler = shutil.which("gcc") or shutil.which("cc")
    if not compiler:
        raise LabError("gcc is missing: run 'apt-get install gcc'")
    source, out = folder / "stub.c", folder / library
    source.write_text("".join(f"void {s}(void) {{ __builtin_trap(); }}\n" for s in symbols))
    command = [compiler, "-w", "-shared", "-fPIC", "-fno-builtin", "-nostdlib",
               f"-Wl,-soname,{library}", "-o", str(out), str(source)]
    if script:
        (folder / "stub.map").write_text(script)
        command.append(f"-Wl,--version-script,{folder / 'stub.map'}")
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode:
        raise LabError(f"the stand-in for {library} does not compile: {done.stderr.strip()}")
    return out


def make(folder: Path, program: Dynamic, offered: set[str]) -> dict[str, Path]:
    """Stand-ins for the unused libraries of one program, by library name.

    offered: what the program's real libraries define.  Symbols without a
    version may come from any library, so the first stand-in gets those that
    are left over.
    """
    folder.mkdir(parents=True, exist_ok=True)
    left_over = [s for s, (library, _) in program.undefined.items()
                 if not library and s not in offered]
    made = {}
    for library in sorted(UNUSED.intersection(program.needed)):
        versions: dict[str, list[str]] = {}
        for symbol, (owner, version) in program.undefined.items():
            if owner == library:
                versions.setdefault(version, []).append(symbol)
        symbols = [s for names in versions.values() for s in names] + left_over
        left_over = []
        made[library] = _compile(folder, library, symbols, _version_script(versions))
    return made
