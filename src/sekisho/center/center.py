"""The center as one value: what every handler reaches through `request.app.state.center`."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from argon2 import PasswordHasher

from sekisho.center import audit
from sekisho.center.controls import Controls
from sekisho.center.directory import apply, document
from sekisho.center.directory.instance import Instance, Mfa, load_instance
from sekisho.center.events import Event
from sekisho.center.issuer_keys import IssuerKeys, open_issuer_keys
from sekisho.center.keys import Keys, load_or_make
from sekisho.center.limits import Buckets, Rates
from sekisho.center.settings import CenterSettings, PasswordCost
from sekisho.center.storage.database import Database
from sekisho.center.storage.opening import open_database
from sekisho.center.storage.resealing import reseal
from sekisho.center.storage.shared_buckets import SharedBuckets
from sekisho.center.storage.times import to_epoch
from sekisho.ports import Clock

__all__ = ["Center", "open_center", "password_hasher"]


@dataclass(frozen=True, slots=True)
class Center:
    """Everything that a request may need. Beside it and the database there is no state."""

    settings: CenterSettings
    clock: Clock
    database: Database
    keys: Keys
    instance: Instance
    hasher: PasswordHasher
    controls: Controls | None = None
    """Only in a center that was started for tests."""
    rates: Rates = field(default_factory=Buckets)
    """Who called how often in the last minute, for the limits."""
    issuer_keys: Mapping[str, IssuerKeys] = field(default_factory=dict)
    """By the URL of a trusted token issuer: where its public keys are."""

    @property
    def callers_clock(self) -> Clock:
        """The clock that callers sign by: a test turns ours, and not theirs."""
        return self.clock if self.controls is None else self.controls.clock.base

    @property
    def refresh_grace(self) -> float:
        """How many seconds a refresh token still answers after it was used."""
        turned = None if self.controls is None else self.controls.refresh_grace
        return self.settings.lifetimes.refresh_grace if turned is None else turned

    def now(self) -> int:
        """Return the time in whole seconds of the Unix epoch, as the tables have it."""
        return to_epoch(self.clock.now())


def password_hasher(cost: PasswordCost) -> PasswordHasher:
    """Return what hashes passwords at that `cost`, and checks those of any cost."""
    return PasswordHasher(
        time_cost=cost.rounds, memory_cost=cost.memory_kib, parallelism=cost.lanes
    )


def open_center(
    settings: CenterSettings, *, clock: Clock, controls: Controls | None = None
) -> Center:
    """Open database and keys, and apply the directory file.

    With `controls` it is theirs to turn, and their clock is what counts.

    Makes what is missing: tables, the key file. Raises `errors.DirectoryInvalid`,
    `errors.DatabaseRefused`, `errors.KeysUnusable`, `errors.TokenIssuerKeysUnusable`, or a
    `errors.FileError`.
    """
    if controls is not None:
        clock = controls.clock
    directory = None if settings.directory is None else document.read(settings.directory)
    hasher = password_hasher(settings.password_cost)
    keys = load_or_make(settings.keys)
    issuer_keys = {url: open_issuer_keys(path) for url, path in settings.token_issuer_keys.items()}
    opened = open_database(settings.database)
    database = replace(opened, keeps_trail=settings.audit_days > 0)
    with database.setting_up() as connection:
        now = to_epoch(clock.now())
        if directory is not None:
            apply.apply(directory, connection, hasher=hasher, now=now)
            audit.keep(
                connection, Event.DIRECTORY_APPLIED,
                at=now, accounts=len(directory.accounts), groups=len(directory.groups),
                users=len(directory.users), permission_sets=len(directory.permission_sets),
                assignments=len(directory.assignments),
            )  # fmt: skip
            for notice in apply.notices(directory):
                audit.warn("directory", notice)
        instance = load_instance(connection)
        reseal(connection, keys)
    if instance.mfa is Mfa.OFF:
        audit.warn("factors", "nobody is asked for a second factor: the instance has mfa: off")
    rates = SharedBuckets(database) if database.is_shared else Buckets()
    return Center(settings, clock, database, keys, instance, hasher, controls, rates, issuer_keys)
