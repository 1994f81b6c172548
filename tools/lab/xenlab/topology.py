# SPDX-License-Identifier: GPL-2.0
"""Which domains there are, and of what kind."""

from dataclasses import dataclass

from .errors import LabError


@dataclass(frozen=True)
class Domain:
    """A domain that exists when the payload arrives."""
    name: str
    role: str       # guest or driver
    type: str       # pv or pvh


@dataclass(frozen=True)
class Topology:
    """A named arrangement of domains."""
    name: str
    description: str
    guests: tuple[Domain, ...]
    dom0_pvh: bool = False
    backend_domain: str = "dom0"

    @property
    def can_snapshot(self) -> bool:
        """QEMU cannot migrate the emulated IOMMU that a PVH dom0 needs."""
        return not self.dom0_pvh

    @property
    def guest_type(self) -> str:
        """The type of further guests that a test starts."""
        return next(d.type for d in self.guests if d.role == "guest")

    def guests_word(self) -> str:
        """The guests as dom0's command line names them."""
        return ",".join(f"{d.name}:{d.role}:{d.type}" for d in self.guests)


PV_GUEST = Domain("u1", "guest", "pv")
PVH_GUEST = Domain("u1", "guest", "pvh")
DRIVER = Domain("drv", "driver", "pv")

TOPOLOGIES = {t.name: t for t in [
    Topology("pv-pv", "PV dom0, PV guest", (PV_GUEST,)),
    Topology("pv-pvh", "PV dom0, PVH guest", (PVH_GUEST,)),
    Topology("pvh-pvh", "PVH dom0, PVH guest (booted each time)", (PVH_GUEST,), dom0_pvh=True),
    Topology("driver", "PV dom0, PV driver domain with the backends, PV guest",
             (DRIVER, PV_GUEST), backend_domain="drv"),
]}


def get(name: str) -> Topology:
    """A topology by name."""
    try:
        return TOPOLOGIES[name]
    except KeyError:
        raise LabError(f"no topology '{name}': choose one of {', '.join(TOPOLOGIES)}") from None
