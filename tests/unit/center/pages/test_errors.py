import pytest

from sekisho.center.pages.errors import Problem
from sekisho.center.pages.languages import Language
from sekisho.center.pages.templating import fill
from sekisho.center.pages.texts import Texts
from tests.unit.center.pages.conftest import Ask, sent_back, sign_in


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("problem", Problem)
def test_every_problem_has_a_page_that_says_what_to_do(
    problem: Problem, language: Language
) -> None:
    page = fill(
        f"errors/{problem}.html",
        language,
        {
            "detail": "",
            "again": "/start",
            "path": "/x",
            "person": None,
            "takes_deep_links": False,
        },
    )

    assert "<h1>" in page
    assert 'class="button"' in page or Texts(language)("frame.close_tab") in page


def test_an_unknown_address_gets_a_page_that_quotes_it_safely(ask: Ask) -> None:
    answer = ask("GET", "/%3Cscript%3Ealert(1)%3C/script%3E")

    assert answer.status == 404
    assert b"There is no such page" in answer.body
    assert b"&lt;script&gt;" in answer.body
    assert b"<script" not in answer.body


def test_a_wrong_method_gets_a_page_and_the_methods_there_are(ask: Ask) -> None:
    answer = ask("PUT", "/device")

    assert answer.status == 405
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "POST"}
    assert b"This page works another way" in answer.body


def test_a_tool_that_asks_for_no_page_gets_none(ask: Ask) -> None:
    answer = ask("GET", "/nowhere", headers={"Accept": "*/*"})

    assert answer.status == 404
    assert b"<html" not in answer.body


@pytest.mark.parametrize(
    "headers, body",
    [
        ({"Content-Type": "application/json"}, b'{"user_code": "BCDF-GHJK"}'),
        ({"Content-Type": "multipart/form-data; boundary=x"}, b"--x--"),
        ({"Content-Type": ""}, b"user_code=BCDF-GHJK"),
        ({}, b"user_code=" + b"B" * 17_000),
        ({}, b"user_code=" + b"B" * 2_000_000),
        ({}, b"user_code=BCDF%00"),
    ],
)
@pytest.mark.parametrize("path", ["/device", "/signin"])
def test_what_is_no_form_of_ours_is_not_read(
    ask: Ask, path: str, headers: dict[str, str], body: bytes
) -> None:
    answer = ask("POST", path, headers=headers, body=body)

    assert answer.status == 400
    assert b"The form could not be read" in answer.body


@pytest.mark.parametrize("body", [b"\xff\xfe=\xff", b"csrf=%ff%fe", b"&&&===", b"%", b""])
def test_bytes_that_mean_nothing_are_refused_and_break_nothing(ask: Ask, body: bytes) -> None:
    answer = ask("POST", "/device", cookie=sent_back(sign_in(ask)), body=body)

    assert answer.status == 403


def test_an_application_that_asks_wrongly_is_explained_to_the_person(ask: Ask) -> None:
    answer = ask("GET", "/authorize?client_id=nobody&redirect_uri=https://evil.example")

    assert answer.status == 400
    assert b"The application asked wrongly" in answer.body
    assert "Location" not in answer.headers
