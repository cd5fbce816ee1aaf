"""The second factors: those that people enrol, and every way to answer. An explicit list."""

from collections.abc import Mapping

from sekisho.center.factors.interface import Kind, SecondFactor, Way
from sekisho.center.factors.recovery_codes import RECOVERY_CODES
from sekisho.center.factors.security_keys import SECURITY_KEYS
from sekisho.center.factors.totp import AUTHENTICATOR_APPS

__all__ = ["FACTORS", "WAYS"]

FACTORS: tuple[SecondFactor, ...] = (SECURITY_KEYS, AUTHENTICATOR_APPS)
"""In the order in which they are asked for."""

WAYS: Mapping[Kind, Way] = {
    **{factor.way.kind: factor.way for factor in FACTORS},
    Kind.RECOVERY_CODE: RECOVERY_CODES,
}
"""Recovery codes come last, and are no factor by themselves: who has nothing else has none."""
