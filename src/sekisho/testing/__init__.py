"""What tests of sign-ins are made with: a pytest plugin, fakes of the ports, a person's browser.

The names below are the front door; `docs/center/testing.md` shows them at work. They are loaded
when they are asked for: pytest imports this package at its every start.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sekisho.center.controls import RecordedCall
    from sekisho.testing.authenticator_app import AuthenticatorApp
    from sekisho.testing.aws_home import AwsHome
    from sekisho.testing.faults import Faults
    from sekisho.testing.identity_center import CenterClock, IdentityCenter, open_identity_center
    from sekisho.testing.page import Page
    from sekisho.testing.person import Person
    from sekisho.testing.visitor import NotOnPage, Visitor

__all__ = [
    "AuthenticatorApp",
    "AwsHome",
    "CenterClock",
    "Faults",
    "IdentityCenter",
    "NotOnPage",
    "Page",
    "Person",
    "RecordedCall",
    "Visitor",
    "open_identity_center",
]

_HOMES = {
    "AuthenticatorApp": "sekisho.testing.authenticator_app",
    "AwsHome": "sekisho.testing.aws_home",
    "CenterClock": "sekisho.testing.identity_center",
    "Faults": "sekisho.testing.faults",
    "IdentityCenter": "sekisho.testing.identity_center",
    "NotOnPage": "sekisho.testing.visitor",
    "Page": "sekisho.testing.page",
    "Person": "sekisho.testing.person",
    "RecordedCall": "sekisho.center.controls",
    "Visitor": "sekisho.testing.visitor",
    "open_identity_center": "sekisho.testing.identity_center",
}


def __getattr__(name: str) -> object:
    """Load what is in `__all__` from where it lives."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
