"""Signing in with a passkey alone: it says whose it is, and has asked its holder for a PIN or the like.

So it is both factors: something that the person has, and something that they know or are.
"""

from collections.abc import Mapping

from sekisho.center import lockouts
from sekisho.center.bounded import keep_bounded
from sekisho.center.center import Center
from sekisho.center.directory.instance import Mfa
from sekisho.center.directory.people import User
from sekisho.center.events import Event
from sekisho.center.factors import security_keys
from sekisho.center.factors.challenges import Ceremony, Purpose
from sekisho.center.factors.key_answers import read_assertion
from sekisho.center.factors.key_options import request_options
from sekisho.center.factors.relying_party import relying_party
from sekisho.center.factors.security_keys import Refusal, check
from sekisho.center.lockouts import LockedOut

__all__ = ["sign_in", "what_to_ask"]


def what_to_ask(center: Center, origin: str, bound_to: str) -> Mapping[str, object]:
    """Return what the sign-in page at `origin` is filled with; nothing where nobody has a passkey.

    That is where second factors are turned off: then no key can be enrolled.
    """
    if center.instance.mfa is Mfa.OFF:
        return {}
    party = relying_party(origin)
    options = "" if party is None else request_options(center, _ceremony(bound_to), party)
    return security_keys.what_to_ask(origin, options)


def sign_in(
    center: Center, origin: str, bound_to: str, answer: str, *, address: str = ""
) -> User | Refusal | LockedOut:
    """Return who signs in by the passkey that has answered `what_to_ask`.

    Wrong answers for one key from one `address` have to wait, as wrong passwords do (`lockouts`).
    """
    party, read = relying_party(origin), read_assertion(answer)
    if center.instance.mfa is Mfa.OFF or party is None or read is None:
        return Refusal.NOT_GOOD
    tries = lockouts.tries(center, "passkey failures", address, read.credential_id)
    locked = lockouts.count_try(center, tries)
    if locked is not None:
        keep_bounded(center, Event.LOCKED_OUT, address=address, seconds=locked.seconds)
        return locked
    outcome = check(center, _ceremony(bound_to), party, read)
    if isinstance(outcome, Refusal):
        keep_bounded(center, Event.SIGN_IN_FAILED, address=address)
    else:
        lockouts.forget(center, tries)
    return outcome


def _ceremony(bound_to: str) -> Ceremony:
    return Ceremony(Purpose.PASSKEY, bound_to)
