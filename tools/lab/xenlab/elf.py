# SPDX-License-Identifier: GPL-2.0
"""The few facts about an ELF file that making an image needs."""

import struct
from dataclasses import dataclass, field
from pathlib import Path

SHT_DYNAMIC, SHT_DYNSYM = 6, 11
SHT_VERNEED, SHT_VERSYM = 0x6FFFFFFE, 0x6FFFFFFF
DT_NEEDED = 1
PT_INTERP = 3


@dataclass
class Section:
    """One entry of the section table."""
    kind: int
    offset: int
    size: int
    link: int


@dataclass
class Dynamic:
    """What the dynamic linker would look for and offer."""
    needed: list[str] = field(default_factory=list)
    interpreter: str = ""
    defined: set[str] = field(default_factory=set)
    # symbol -> (library, version), both empty for an unversioned symbol
    undefined: dict[str, tuple[str, str]] = field(default_factory=dict)


def is_elf(path: Path) -> bool:
    """True for a file that starts like ELF."""
    with open(path, "rb") as handle:
        return handle.read(4) == b"\x7fELF"


def _text(data: bytes, offset: int) -> str:
    return data[offset:data.index(b"\0", offset)].decode()


def _sections(data: bytes) -> list[Section]:
    table, = struct.unpack_from("<Q", data, 0x28)
    size, count = struct.unpack_from("<HH", data, 0x3A)
    found = []
    for i in range(count):
        _, kind, _, _, offset, length, link = struct.unpack_from("<IIQQQQI", data, table + i * size)
        found.append(Section(kind, offset, length, link))
    return found


def _interpreter(data: bytes) -> str:
    table, = struct.unpack_from("<Q", data, 0x20)
    size, count = struct.unpack_from("<HH", data, 0x36)
    for i in range(count):
        kind, _, offset = struct.unpack_from("<IIQ", data, table + i * size)
        if kind == PT_INTERP:
            return _text(data, offset)
    return ""


def _needed_versions(data: bytes, section: Section, names: int) -> dict[int, tuple[str, str]]:
    """Version index -> (library, version)."""
    found = {}
    at = section.offset
    while True:
        _, count, library, first, step = struct.unpack_from("<HHIII", data, at)
        entry = at + first
        for _ in range(count):
            _, _, index, version, following = struct.unpack_from("<IHHII", data, entry)
            found[index & 0x7FFF] = (_text(data, names + library), _text(data, names + version))
            entry += following
        if not step:
            return found
        at += step


def _symbols(data: bytes, sections: list[Section], out: Dynamic) -> None:
    table = next((s for s in sections if s.kind == SHT_DYNSYM), None)
    if table is None:
        return
    names = sections[table.link].offset
    versym = next((s for s in sections if s.kind == SHT_VERSYM), None)
    verneed = next((s for s in sections if s.kind == SHT_VERNEED), None)
    versions = _needed_versions(data, verneed, sections[verneed.link].offset) if verneed else {}
    for i in range(1, table.size // 24):
        name, info, _, index = struct.unpack_from("<IBBH", data, table.offset + i * 24)
        symbol = _text(data, names + name)
        if index:
            out.defined.add(symbol)
            continue
        if info >> 4 == 2:
            continue        # weak: nobody has to offer it
        version = 0
        if versym:
            version, = struct.unpack_from("<H", data, versym.offset + i * 2)
        out.undefined[symbol] = versions.get(version & 0x7FFF, ("", ""))


def read(path: Path) -> Dynamic:
    """Read the dynamic section and symbols of a program or library."""
    data = path.read_bytes()
    out = Dynamic(interpreter=_interpreter(data))
    sections = _sections(data)
    for section in sections:
        if section.kind != SHT_DYNAMIC:
            continue
        names = sections[section.link].offset
        for at in range(section.offset, section.offset + section.size, 16):
            tag, value = struct.unpack_from("<QQ", data, at)
            if tag == DT_NEEDED:
                out.needed.append(_text(data, names + value))
    _symbols(data, sections, out)
    return out
