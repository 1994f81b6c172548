# SPDX-License-Identifier: GPL-2.0
"""What is measured: backends, loads, and which of them go together."""

from dataclasses import dataclass, replace

KIB = 1024


@dataclass(frozen=True)
class Backend:
    """A module with parameters."""
    name: str
    words: str
    ours: bool

    def line(self) -> str:
        """As the payload reads it."""
        return f"backend {self.words}"


@dataclass(frozen=True)
class Load:
    """Requests of one kind, by one guest."""
    write: bool
    size: int
    depth: int
    batch: bool = False
    beside: "Load | None" = None

    @property
    def name(self) -> str:
        """For tables."""
        if self.beside:
            alone = replace(self, beside=None)
            return f"{alone.name}, beside {self.beside.name}"
        verb = "write" if self.write else "read"
        how = ", at once" if self.batch else ""
        return f"{self.size // KIB}K {verb}, depth {self.depth}{how}"

    def counts(self, quick: bool) -> tuple[int, int]:
        """How many requests to warm up with, and how many count."""
        if self.depth == 1:
            warmup, count = 300, 4000
        else:
            warmup, count = 800, 3200
        shrink = min(max(1, self.size // (32 * KIB)), 16) * (4 if quick else 1)
        # Whole ringfuls, or where the window falls would count.
        batch = max(self.depth, 32) if self.depth > 1 else 1
        return (max(batch, warmup // shrink // batch * batch),
                max(2 * batch, count // shrink // batch * batch))

    def options(self, quick: bool) -> str:
        """Of blkload."""
        warmup, count = self.counts(quick)
        words = [f"--size {self.size} --depth {self.depth} --warmup {warmup} --count {count}"]
        words += ["--write"] if self.write else []
        words += ["--batch"] if self.batch else []
        return " ".join(words)


@dataclass(frozen=True)
class Rings:
    """Disks that nobody uses, with so many rings each."""
    queues: int
    order: int

    @property
    def name(self) -> str:
        """For tables."""
        rings = "1 ring" if self.queues == 1 else f"{self.queues} rings"
        pages = "1 page" if self.order == 0 else f"{1 << self.order} pages"
        return f"{rings} of {pages}"


@dataclass(frozen=True)
class Group:
    """
    Loads on one kind of disk, with the backends that are compared on it. With
    guests, as many make the load at once, and dom0 marks a window in it. frontend
    is what the guests' xen-blkfront is told.
    """
    name: str
    title: str
    disk: str
    backends: tuple[str, ...]
    loads: tuple[Load, ...] = ()
    guests: int = 0
    frontend: str = ""
    rings: tuple[Rings, ...] = ()
    topology: str = "pv-pv"

    def lines(self) -> list[str]:
        """As the payload reads it."""
        return [f"frontend {self.frontend}".strip(), f"disk {self.disk}"]


@dataclass(frozen=True)
class Case:
    """One measured interval."""
    mark: int
    group: Group
    backend: Backend
    load: Load | Rings

    @property
    def name(self) -> str:
        """For a message, or a file."""
        return f"{self.backend.name}-{self.load.name}"


BACKENDS = {b.name: b for b in [
    Backend("stock-persistent", "stock xen-blkback.feature_persistent=1", False),
    Backend("stock", "stock xen-blkback.feature_persistent=0", False),
    Backend("ours-persistent", "ours xen-blkback.feature_persistent=1", True),
    Backend("ours-map", "ours xen-blkback.feature_persistent=0 xen-gnttab.copy_max=0", True),
    Backend("ours-copy", "ours xen-blkback.feature_persistent=0 xen-gnttab.copy_max=1073741824",
            True),
    Backend("ours", "ours xen-blkback.feature_persistent=0", True),
]}

# Unless another processor of the backend's domain or a parameter says so, it offers one queue.
QUEUES = " xen-blkback.max_queues=4"
BACKENDS.update({b.name: b for b in [
    Backend("stock-queues", BACKENDS["stock-persistent"].words + QUEUES, False),
    Backend("ours-queues", BACKENDS["ours-persistent"].words + QUEUES, True),
]})
ONE_QUEUE = tuple(name for name in BACKENDS if not name.endswith("-queues"))
MAIN = ("stock-persistent", "stock", "ours-persistent", "ours")

AT_ONCE = "irqmode=0"
LATER = "irqmode=2 completion_nsec=20000"


def _both(size: int, depth: int) -> list[Load]:
    return [Load(write, size, depth) for write in (False, True)]


GROUPS = {g.name: g for g in [
    Group("basic", "A disk that completes at once (null_blk, irqmode=0)", AT_ONCE, ONE_QUEUE,
          (*_both(4 * KIB, 1), *_both(4 * KIB, 32), Load(False, 4 * KIB, 32, batch=True),
           *_both(128 * KIB, 1), *_both(128 * KIB, 4), *_both(128 * KIB, 32),
           *_both(1024 * KIB, 4))),
    Group("later", "A disk that completes after 20 us (null_blk, irqmode=2)", LATER, ONE_QUEUE,
          (*_both(4 * KIB, 1), *_both(4 * KIB, 32), *_both(128 * KIB, 4))),
    Group("sizes", "Mapped or copied, by size (null_blk, irqmode=0)", AT_ONCE,
          ("stock", "ours-map", "ours-copy"),
          tuple(load for size in (4, 8, 16, 32, 44, 64, 128)
                for load in _both(size * KIB, 32))),
    Group("large", "Requests of up to 256 pages (null_blk, irqmode=0)", AT_ONCE, ONE_QUEUE,
          tuple(load for depth in (1, 4) for load in _both(1024 * KIB, depth)),
          frontend="max_indirect_segments=256"),
    Group("pair", "Two guests at once (null_blk, irqmode=2); per request of either", LATER,
          ("stock-persistent", "stock", "ours-persistent", "ours-map", "ours"),
          tuple(_both(4 * KIB, 32)), guests=2),
    Group("alone", "One guest, as others see it (null_blk, irqmode=0)", AT_ONCE, MAIN,
          tuple(_both(4 * KIB, 32)), guests=1),
    Group("four", "Four guests at once (null_blk, irqmode=0); per request of any", AT_ONCE, MAIN,
          tuple(_both(4 * KIB, 32)), guests=4),
    Group("beside", "One request at a time beside a guest that has 256 (null_blk, irqmode=2)",
          LATER, MAIN,
          tuple(Load(False, 4 * KIB, 1, beside=Load(True, size * KIB, 256)) for size in (4, 64))),
    Group("beside-deep", "The same; in the other guest's ring, too (max_ring_page_order=3)", LATER, MAIN,
          (Load(False, 4 * KIB, 1, beside=Load(True, 4 * KIB, 256)),),
          frontend="max_ring_page_order=3"),
    Group("memory", "Memory of a disk that nobody uses", AT_ONCE, ("stock-queues", "ours-queues"),
          rings=(Rings(1, 0), Rings(1, 4), Rings(4, 0), Rings(4, 4))),
    Group("pvh", "PVH dom0 and guest: a disk that completes at once (null_blk, irqmode=0)", AT_ONCE,
          MAIN, tuple(_both(4 * KIB, 32)), topology="pvh-pvh"),
]}

WINDOW_MS = {False: 250, True: 80}


def cases(groups: list[Group]) -> list[Case]:
    """All intervals, in the order of the run: modules are loaded once a group."""
    found = []
    for group in groups:
        for name in group.backends:
            for load in group.loads + group.rings:
                found.append(Case(len(found) + 1, group, BACKENDS[name], load))
    return found


def _case(case: Case, quick: bool) -> str:
    """A line of the plan."""
    if isinstance(case.load, Rings):
        return f"memory {case.mark} {case.load.queues} {case.load.order}"
    options = case.load.options(quick)
    if case.load.beside:
        return f"beside {case.mark} {options} , {case.load.beside.options(quick)}"
    if case.group.guests:
        return f"window {case.mark} {WINDOW_MS[quick]} {case.group.guests} {options}"
    return f"load {case.mark} {options}"


def text(plan: list[Case], quick: bool) -> str:
    """The plan as the payload reads it."""
    lines: list[str] = []
    before: Case | None = None
    for case in plan:
        if not before or (before.group, before.backend) != (case.group, case.backend):
            lines += [case.backend.line(), *case.group.lines()]
        before = case
        lines.append(_case(case, quick))
    return "".join(f"{line}\n" for line in lines)
