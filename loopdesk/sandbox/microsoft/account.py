"""One person at Microsoft."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from loopdesk.sandbox.offices import PERSONAL_TENANT, Office


@dataclass(eq=False)
class Account:
    """Attributes:
    oid: their id in their tenant `tid`.
    """

    office: Office
    oid: str
    tid: str

    @classmethod
    def of(cls, office: Office) -> Account:
        address = office.address.lower()
        if office.kind == "personal":
            tid = PERSONAL_TENANT
        else:
            tid = office.tenant or oid_of(address.rpartition("@")[2])
        return cls(office, oid_of(address), tid)

    @property
    def address(self) -> str:
        return self.office.address.lower()

    @property
    def name(self) -> str:
        return self.office.name

    @property
    def is_personal(self) -> bool:
        return self.tid == PERSONAL_TENANT


def oid_of(address: str) -> str:
    """Return the id that the directory has for an address, of an account here or not."""
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, address.lower()))
