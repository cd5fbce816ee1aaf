import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.center.pages.languages import Language, chosen
from tests.unit.center.pages.conftest import Ask


@pytest.mark.parametrize(
    "header, language",
    [
        ("", Language.ENGLISH),
        ("ja", Language.JAPANESE),
        ("ja-JP", Language.JAPANESE),
        ("JA-jp,en;q=0.5", Language.JAPANESE),
        ("en-GB,en;q=0.9,ja;q=0.8", Language.ENGLISH),
        ("en;q=0.8, ja;q=0.9", Language.JAPANESE),
        ("fr-FR,fr;q=0.9,ja;q=0.2", Language.JAPANESE),
        ("fr,de;q=0.5", Language.ENGLISH),
        ("ja;q=0", Language.ENGLISH),
        ("ja;q=0.0,*;q=0.1", Language.ENGLISH),
        ("*, ja;q=0.9", Language.ENGLISH),
        ("*;q=0.1, ja;q=0.9", Language.JAPANESE),
        ("ja;q=2,,;;q=1, ja;level=1", Language.ENGLISH),
        ("japanese", Language.ENGLISH),
        ("jav, ja;q=0.1", Language.JAPANESE),
        ("en, ja", Language.ENGLISH),
        ("ja, en", Language.JAPANESE),
    ],
)
def test_the_language_that_suits_best_is_chosen(header: str, language: Language) -> None:
    assert chosen(header) is language


@given(st.text(max_size=400))
def test_any_header_has_a_language(header: str) -> None:
    assert chosen(header) in Language


@pytest.mark.parametrize(
    "asked, language, title", [("en", "en", "Sign in"), ("ja,en;q=0.5", "ja", "サインイン")]
)
def test_a_page_speaks_the_browsers_language_and_says_so(
    ask: Ask, asked: str, language: str, title: str
) -> None:
    page = ask("GET", "/signin", headers={"Accept-Language": asked}).body.decode()

    assert f'<html lang="{language}">' in page
    assert f"<h1>{title}</h1>" in page


def test_errors_speak_it_too(ask: Ask) -> None:
    page = ask("GET", "/nowhere", headers={"Accept-Language": "ja"}).body.decode()

    assert '<html lang="ja">' in page
    assert "ページが見つかりません" in page
