"""The part of the tour that keeps second factors: added, asked for, and removed again."""

from collections.abc import Callable, Iterator
from typing import Protocol

import pyotp
from playwright.sync_api import Page

from sekisho.testing.clock import FakeClock

__all__ = ["KEEPER", "keeps_second_factors"]

KEEPER = "keeper@hoge.com"
"""Somebody of the directory whom no other test signs in as."""
_LONG = "a phone with a name that is as long as it may be, and that is 64"


class _Served(Protocol):
    @property
    def clock(self) -> FakeClock: ...


def keeps_second_factors(
    page: Page,
    served: _Served,
    press: Callable[[str], None],
    sign_in: Callable[[], None],
) -> Iterator[str]:
    """Go to the pages of second factors as `KEEPER`, who has none before and after."""
    page.goto("/profile")
    sign_in()
    yield "profile, no factors"
    page.goto("/profile/password")
    yield "password"
    _fill(page, old="x", password="x" * 12, again="y" * 12)
    press("password.button")
    yield "password, refused"
    page.goto("/profile/authenticator-app")
    page.locator("summary").click()
    secret = "".join(page.locator("#secret").input_value().split())
    yield "authenticator app"
    _fill(page, code="000 000", name=_LONG)
    press("app.button")
    yield "authenticator app, wrong code"
    _fill(page, code=_code(secret, served))
    press("app.button")
    codes = page.locator("#codes").input_value().split()
    yield "new recovery codes"
    page.goto("/profile?done=added")
    yield "profile, with a factor"
    page.goto("/profile/recovery-codes")
    yield "recovery codes"
    yield from _signs_in_with_them(page, served, press, sign_in, secret, codes)
    page.goto("/signin/again?next=/profile")
    yield "proof"
    _fill(page, password="wrong")
    press("proof.button")
    yield "proof, refused"
    page.goto("/profile")
    page.get_by_role("main").locator("form button").click()
    yield "profile, removed"
    page.goto("/signout")
    press("signout.button")


def _signs_in_with_them(
    page: Page,
    served: _Served,
    press: Callable[[str], None],
    sign_in: Callable[[], None],
    secret: str,
    codes: list[str],
) -> Iterator[str]:
    page.goto("/signout")
    press("signout.button")
    page.goto("/profile")
    sign_in()
    yield "second step"
    _fill(page, code="000000")
    press("second_step.button")
    yield "second step, wrong code"
    page.goto("/signin/second?with=recovery-code")
    yield "second step, by recovery code"
    _fill(page, recovery_code="no such code")
    press("second_step.button")
    yield "second step, wrong recovery code"
    served.clock.advance(600)
    _fill(page, recovery_code=codes[0])
    press("second_step.button")
    yield "second step, gone"
    page.goto("/profile")
    sign_in()
    _fill(page, code=_code(secret, served))
    press("second_step.button")
    page.wait_for_url("**/profile")


def _code(secret: str, served: _Served) -> str:
    return pyotp.TOTP(secret).at(served.clock.now())


def _fill(page: Page, **fields: str) -> None:
    for name, value in fields.items():
        page.locator(f"#{name}").fill(value)
