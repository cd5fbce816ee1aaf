"""Every sealed sign-in at once: what `logout --all` goes through, with the key or without."""

import contextlib
from datetime import datetime

from sekisho import files
from sekisho.errors import KeyringClosed, TokenInvalid
from sekisho.model import AccountId, Delivery, Form, Role, RoleCredentials, RoleName, TokenKey
from sekisho.store.interface import CachedToken, TokenRecord
from sekisho.store.sealed import AGENT, ASSUMED, ROLE, SIGN_IN, SealedStore
from sekisho.store.vault import Vault
from sekisho.values import dataclass

__all__ = ["SealedSignIn", "SealedSwept", "give_up", "sealed_sign_ins", "sweep_sealed"]


@dataclass(frozen=True, slots=True)
class SealedSignIn:
    """One sign-in in the sealed store."""

    key: TokenKey
    token: CachedToken
    record: TokenRecord | None


@dataclass(frozen=True, slots=True)
class SealedSwept:
    """What `sweep_sealed` did."""

    tokens: int
    """How many tokens were removed."""
    credentials_until: datetime | None
    """Until when role credentials and assumed roles live on; `None` where all have ended."""


def sealed_sign_ins(store: SealedStore) -> tuple[SealedSignIn, ...]:
    """Return every token in `store`. Raises what `custody.KeySource.key` does."""
    found = []
    for key in _keys(store):
        with contextlib.suppress(TokenInvalid):  # it was put aside, and is swept with the rest
            token = store.token(key)
            if token is not None:
                found.append(SealedSignIn(key, token, store.record(key)))
    return tuple(found)


def sweep_sealed(store: SealedStore, now: datetime) -> SealedSwept:
    """Remove every token and all role credentials from `store`, broken ones among them.

    So goes what outlived an agent; one that runs forgets what it holds by itself.

    Client registrations and the key stay. Raises what `custody.KeySource.key` does, and
    `FileUnwritable`.
    """
    tokens = len(sealed_sign_ins(store))
    ends = [each.expires_at for each in _credentials(store) if each.expires_at > now]
    for kind in (ROLE, ASSUMED, SIGN_IN, AGENT):
        for label in store.vault.labels(kind):
            store.vault.remove(label)
    _remove_broken(store.vault)
    return SealedSwept(tokens, max(ends, default=None))


def give_up(vault: Vault) -> None:
    """Remove everything that is sealed, and the key, without opening any of it.

    The key in the keyring is removed where the keyring lets us: by itself it opens nothing.
    Raises `FileUnwritable`.
    """
    with contextlib.suppress(KeyringClosed):
        vault.keeper.forget_key()
    for path in sorted(vault.folder.glob("*")):
        if path.is_file():
            files.remove(path)
    _remove_broken(vault)


def _remove_broken(vault: Vault) -> None:
    for path in sorted(vault.broken.glob("*")):
        files.remove(path)


def _keys(store: SealedStore) -> tuple[TokenKey, ...]:
    return tuple(_key(form, value) for _, form, value in store.vault.labels(SIGN_IN))


def _credentials(store: SealedStore) -> list[RoleCredentials]:
    found = list[RoleCredentials]()
    for _, form, value, account, name in store.vault.labels(ROLE):
        role = Role(AccountId(account), RoleName(name))
        kept = store.role_credentials(_key(form, value), role)
        found += [] if kept is None else [kept]
    signed_in = dict.fromkeys(label[1:3] for label in store.vault.labels(ASSUMED))
    for form, value in signed_in:
        found += [each.credentials for each in store.assumed_roles(_key(form, value))]
    return found


def _key(form: str, value: str) -> TokenKey:
    return TokenKey(Form(form), value, Delivery.SEALED)
