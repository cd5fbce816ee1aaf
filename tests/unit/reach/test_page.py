"""The page holds what the config says as text, and allows itself nothing else."""

import base64
import hashlib
import html.parser
import re

from hypothesis import given
from hypothesis import strategies as st

from sekisho.reach.page import element, page
from sekisho.reach.wording import printable


class Parsed(html.parser.HTMLParser):
    """The tags and the text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.text: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@given(st.text(min_size=1))
def test_a_text_is_read_as_it_was_said_whatever_it_holds(text: str) -> None:
    plain, parsed = Parsed(page([element("b", "x")], [])), Parsed(page([element("b", text)], []))

    assert printable(text) in "".join(parsed.text)
    assert parsed.tags == plain.tags


@given(st.text(min_size=1))
def test_a_text_in_an_attribute_stays_there(text: str) -> None:
    made = Parsed(page([element("b", "x", id=text)], []))

    assert made.tags == Parsed(page([element("b", "x")], [])).tags


def test_the_policy_allows_the_one_style_and_the_one_script_by_their_hashes() -> None:
    made = page([], [])
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', made)
    style = re.search("<style>(.*?)</style>", made, re.DOTALL)
    script = re.search("<script>(.*?)</script>", made, re.DOTALL)

    assert policy
    assert style
    assert script
    assert policy[1] == (
        f"default-src 'none'; style-src '{_hash(style[1])}'; script-src '{_hash(script[1])}'; "
        "base-uri 'none'; form-action 'none'"
    )


def test_the_page_names_nothing_to_load() -> None:
    made = page([], [])

    assert not re.search(r"\b(src|href)=\"(?!#)|url\(|@import|https?:", made)
    assert " style=" not in made


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
