"""What an administrator at a browser has done: the operations of the APIs, in one transaction.

A page says what is to be done as a caller of `sso-admin` or `identitystore` would, and gets the same
answer, the same refusals and the same records.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from sekisho.center.center import Center
from sekisho.center.directory.people import User
from sekisho.center.protocol.fault import Fault
from sekisho.center.protocol.model import load
from sekisho.center.protocol.values import checked
from sekisho.center.services.administration import Desk, Output, administers, carried_out
from sekisho.center.services.identitystore import operations as identitystore
from sekisho.center.services.sso_admin import operations as sso_admin

__all__ = ["DENIED", "Errand", "errand"]

DENIED = "AccessDeniedException"
"""The fault of somebody who does not administer, or no longer."""


@dataclass(frozen=True, slots=True)
class Errand:
    """Called with the name of an operation and its input, it has that done."""

    center: Center
    connection: Connection
    """In the one transaction of the errand, which is undone when anything is raised."""
    person: User
    """The administrator."""
    now: int

    def __call__(self, operation: str, **params: object) -> Output:
        """Carry out an operation whose input is `params`; which instance or store goes without saying.

        Raises `Fault`, as the operation does, and for what its model does not allow.
        """
        service = identitystore if operation in identitystore.OPERATIONS else sso_admin
        shape = load(service.MODEL).operations[operation].input
        known = {"InstanceArn": self._instance_arn, "IdentityStoreId": self._store}
        ours = {name: value for name, value in known.items() if name in shape.members}
        given: dict[str, Any] = checked(shape, {**ours, **params}, "", fault="ValidationException")
        desk = Desk(self.center, self.connection, given, self.person.name, self.now, operation)
        return carried_out(desk, service.OPERATIONS[operation])

    @property
    def _instance_arn(self) -> str:
        return f"arn:aws:sso:::instance/{self.center.instance.id}"

    @property
    def _store(self) -> str:
        return self.center.instance.identity_store_id


@contextlib.contextmanager
def errand(center: Center, person: User) -> Iterator[Errand]:
    """Open a transaction in which `person` has operations done, and each kept in the trail.

    Raises `Fault` for somebody who does not administer: they may have, when the page was made.
    """
    with center.database.writing() as connection:
        if not administers(connection, person.id):
            raise Fault(DENIED, "none of the person's groups is named under administrators")
        yield Errand(center, connection, person, center.now())
