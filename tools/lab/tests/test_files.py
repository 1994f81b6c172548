# SPDX-License-Identifier: GPL-2.0
"""What the images are made from: archives, ELF files, kernels, packages."""

import gzip
import io
import lzma
import shutil
import struct
import subprocess
import unittest

from context import Scratch
from xenlab import elf, kernel, packages, stubs
from xenlab.cpio import Tree
from xenlab.errors import LabError


class CpioTest(Scratch):
    """The initramfs, as cpio reads it."""

    def tree(self) -> Tree:
        tree = Tree()
        tree.add_file("bin/hello", b"#!/bin/sh\n", 0o755)
        tree.add_link("sbin/hi", "../bin/hello")
        tree.add_folder("empty/folder")
        return tree

    def written(self) -> bytes:
        out = io.BytesIO()
        self.tree().write(out)
        return out.getvalue()

    @unittest.skipUnless(shutil.which("cpio"), "needs cpio")
    def test_cpio_unpacks_it(self) -> None:
        subprocess.run(["cpio", "-id", "--quiet"], input=self.written(), cwd=self.folder,
                       check=True, timeout=20)
        self.assertEqual((self.folder / "sbin/hi").read_text(), "#!/bin/sh\n")
        self.assertTrue((self.folder / "bin/hello").stat().st_mode & 0o100)
        self.assertTrue((self.folder / "empty/folder").is_dir())

    def test_folders_come_before_what_is_in_them(self) -> None:
        """The kernel, unlike cpio, does not make them by itself."""
        data = self.written()
        self.assertLess(data.index(b"bin\0"), data.index(b"bin/hello\0"))
        self.assertLess(data.index(b"empty\0"), data.index(b"empty/folder\0"))

    def test_same_input_same_bytes(self) -> None:
        self.assertEqual(self.written(), self.written())

    def test_a_second_archive_may_follow(self) -> None:
        self.assertEqual(len(self.written()) % 512, 0)


@unittest.skipUnless(shutil.which("gcc"), "needs gcc")
class ElfTest(Scratch):
    """Libraries of a program, and stand-ins for them."""

    def compile(self, name: str, source: str, *options: str) -> None:
        (self.folder / f"{name}.c").write_text(source)
        subprocess.run(["gcc", "-o", name, f"{name}.c", *options], cwd=self.folder, check=True,
                       timeout=60)

    def test_needed_and_symbols(self) -> None:
        self.compile("prog", "#include <stdio.h>\nint main(void){puts(\"x\");return 0;}")
        facts = elf.read(self.folder / "prog")
        self.assertIn("libc.so.6", facts.needed)
        self.assertEqual(facts.undefined["puts"][0], "libc.so.6")
        self.assertTrue(facts.interpreter.startswith("/lib64/"))

    def test_stand_in_lets_the_program_start(self) -> None:
        unused = sorted(stubs.UNUSED)[0]
        (self.folder / "map").write_text("VERS_1 { global: far_away; };\n")
        self.compile(unused, "int far_away(void){return 1;}", "-shared", "-fPIC",
                     f"-Wl,-soname,{unused}", "-Wl,--version-script,map")
        self.compile("prog", "int far_away(void);\n"
                     "int main(int c, char **v){return c > 5 ? far_away() : 0;}", f"./{unused}")
        facts = elf.read(self.folder / "prog")
        self.assertEqual(facts.undefined["far_away"], (unused, "VERS_1"))
        made = stubs.make(self.folder / "stubs", facts, set())
        self.assertEqual(list(made), [unused])
        done = subprocess.run(["./prog"], cwd=self.folder, check=False, timeout=20,
                              env={"LD_LIBRARY_PATH": str(self.folder / "stubs"),
                                   "LD_BIND_NOW": "1"})
        self.assertEqual(done.returncode, 0)


class KernelTest(Scratch):
    """A kernel out of its compressed image."""

    def image(self, payload: bytes) -> None:
        head = bytearray(1024)
        head[0x1F1] = 1
        head[0x202:0x206] = b"HdrS"
        struct.pack_into("<II", head, 0x248, 16, len(payload))
        (self.folder / "bzImage").write_bytes(bytes(head) + bytes(16) + payload)

    def test_xz_and_gzip(self) -> None:
        for compress in (lambda d: lzma.compress(d), gzip.compress):
            self.image(compress(b"\x7fELFkernel"))
            self.assertEqual(kernel.extract_vmlinux(self.folder / "bzImage"), b"\x7fELFkernel")

    @unittest.skipUnless(shutil.which("zstd"), "needs zstd")
    def test_zstd_with_the_appended_size(self) -> None:
        packed = subprocess.run(["zstd", "-c"], input=b"\x7fELFkernel", capture_output=True,
                                check=True, timeout=20).stdout
        self.image(packed + struct.pack("<I", 10))
        self.assertEqual(kernel.extract_vmlinux(self.folder / "bzImage"), b"\x7fELFkernel")

    def test_unknown_and_wrong_content(self) -> None:
        for payload in (b"????????", gzip.compress(b"no kernel")):
            self.image(payload)
            with self.assertRaises(LabError):
                kernel.extract_vmlinux(self.folder / "bzImage")

    def test_modules_come_after_what_they_need(self) -> None:
        base = self.folder / "lib/modules/1.0/kernel"
        base.mkdir(parents=True)
        for name in ("a-one", "b", "c"):
            (base / f"{name}.ko").write_bytes(b"")
        (base.parent / "modules.dep").write_text(
            "kernel/a-one.ko: kernel/b.ko kernel/c.ko\nkernel/b.ko: kernel/c.ko\nkernel/c.ko:\n")
        tree = kernel.ModuleTree(self.folder, "1.0")
        self.assertEqual(tree.closure(["a-one"]), ["c", "b", "a_one"])


class PackagesTest(unittest.TestCase):
    """Which kernel is taken."""

    NAMES = ["linux-image-6.1.0-9-amd64", "linux-image-6.1.0-56-amd64",
             "linux-image-6.1.0-99-rt-amd64", "linux-image-6.1.0-57-amd64-dbg",
             "linux-image-6.12.9+deb12-amd64", "linux-image-6.12.117+deb12-amd64",
             "linux-image-6.12.200+deb12-rt-amd64"]

    def test_newest_of_a_family(self) -> None:
        self.assertEqual(packages.newest_kernel(self.NAMES, "6.1"), "6.1.0-56-amd64")
        self.assertEqual(packages.newest_kernel(self.NAMES, "6.12"), "6.12.117+deb12-amd64")

    def test_none_says_what_to_do(self) -> None:
        with self.assertRaisesRegex(LabError, "apt-get update"):
            packages.newest_kernel([], "6.1")


if __name__ == "__main__":
    unittest.main()
