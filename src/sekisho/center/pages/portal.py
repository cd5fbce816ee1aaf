"""The access portal: the person's accounts and roles, as many as they are."""

from collections.abc import Sequence
from http import HTTPStatus
from math import ceil

from starlette.responses import Response

from sekisho.center.directory import assignments
from sekisho.center.directory.assignments import Account
from sekisho.center.pages.destinations import START
from sekisho.center.pages.setup import setup_for
from sekisho.center.pages.visit import Visit
from sekisho.center.sessions import Session

__all__ = ["lead_to_alias", "matching", "show"]

_A_PAGE = 25
"""Accounts on one page; one with more has pages."""
_FEW = 8
"""As many are seen at a glance, and need no search."""

_Accounts = Sequence[tuple[Account, tuple[str, ...]]]


def show(visit: Visit, session: Session) -> Response:
    """List the accounts of the person with their roles, and the config section to paste.

    `q` narrows the list down to what it matches, and `page` turns its pages; one that is not
    there is the nearest that is.
    """
    everything = assignments.all_of(visit.center, session.user.id)
    sought = visit.query.get("q", "").strip()
    found = matching(everything, sought)
    pages = max(1, ceil(len(found) / _A_PAGE))
    page = min(max(_number(visit.query.get("page", "")), 1), pages)
    return visit.show(
        "portal.html",
        takes_deep_links=True,
        accounts=found[(page - 1) * _A_PAGE : page * _A_PAGE],
        all=len(everything),
        few=_FEW,
        found=len(found),
        sought=sought,
        page=page,
        pages=pages,
        setup=_setup(visit, everything),
    )


def lead_to_alias(visit: Visit) -> Response:
    """Answer the AWS CLI, which asks our own https start URL by HEAD where it leads (§0.4, §0.7).

    It takes a redirect to a host of AWS's for a start URL, and goes nowhere. It never asks one
    that is plain http, whose HEAD is like any other page's.
    """
    if not visit.origin.startswith("https://"):
        return visit.go(START)
    return visit.go(visit.center.instance.alias, status=HTTPStatus.FOUND)


def matching(accounts: _Accounts, sought: str) -> _Accounts:
    """Return the accounts in which every word of `sought` occurs, with all their roles.

    A word occurs in the account's name, number or e-mail address, or in the name of a role
    there; capitals do not count.
    """
    words = sought.casefold().split()
    return [
        (account, roles)
        for account, roles in accounts
        if all(word in _said(account, roles) for word in words)
    ]


def _said(account: Account, roles: tuple[str, ...]) -> str:
    return "\n".join((account.name, account.account_id, account.email or "", *roles)).casefold()


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 1


def _setup(visit: Visit, accounts: _Accounts) -> object:
    """Return the setup of the first role there is, as an example; `None` without any."""
    if not accounts:
        return None
    account, roles = accounts[0]
    return setup_for(visit, account.account_id, roles[0])
