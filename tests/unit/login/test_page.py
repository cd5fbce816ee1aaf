import base64
import hashlib

import pytest

from sekisho.login.page import Page, show
from sekisho.testing.page import read_page


@pytest.mark.parametrize("page", list(Page))
def test_every_page_is_kept_by_nobody_and_loads_nothing(page: Page) -> None:
    headers = show(page).headers

    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'sha256-")


@pytest.mark.parametrize("page", list(Page))
def test_the_policy_allows_the_pages_style_by_its_hash(page: Page) -> None:
    response = show(page)
    style = response.body.decode().partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()

    assert f"'sha256-{digest}'" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize("page", [Page.RECEIVED, Page.DENIED, Page.USED])
def test_a_page_that_ends_the_visit_points_to_the_terminal(page: Page) -> None:
    assert "terminal" in read_page("http://127.0.0.1/", 200, show(page).body.decode()).text


def test_the_page_does_not_claim_that_the_sign_in_succeeded() -> None:
    text = show(Page.RECEIVED).body.decode().lower()

    assert "success" not in text
    assert "signed in" not in text


@pytest.mark.parametrize("page", list(Page))
def test_no_placeholder_is_left_in_a_page(page: Page) -> None:
    assert b"$" not in show(page).body


def test_a_method_that_is_not_allowed_names_the_one_that_is() -> None:
    assert show(Page.NOT_ALLOWED).headers["Allow"] == "GET"
