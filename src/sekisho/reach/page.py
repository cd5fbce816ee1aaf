"""The page that `reach --format html` makes: one file that loads nothing and needs no script.

Its content security policy (CSP Level 3, §6.7.3.3) allows the one style and the one script in it
by their hashes, and nothing else. The script is only there to search. What comes from the config
becomes text of elements, and is escaped by the serialiser, never by hand.
"""

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from string import Template
from xml.etree.ElementTree import Element, tostring

from sekisho.reach.wording import printable

__all__ = ["element", "page"]

_Child = Element | str | None


def element(tag: str, *children: _Child, **attributes: str) -> Element:
    """Make an element; `None` among the children is left out, `class_` is the attribute `class`.

    A text is shown as it is, but for characters that nobody can see, which a page must not hold.
    """
    made = Element(tag, {name.rstrip("_"): printable(text) for name, text in attributes.items()})
    for child in children:
        if isinstance(child, Element):
            made.append(child)
        elif child is not None and len(made):
            made[-1].tail = (made[-1].tail or "") + printable(child)
        elif child is not None:
            made.text = (made.text or "") + printable(child)
    return made


def page(body: Sequence[Element], foot: Sequence[Element]) -> str:
    """Return the whole page, in ASCII with character references, whatever stdout can spell."""
    style, script = _asset("reach.css"), _asset("reach.js")
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; "
        "base-uri 'none'; form-action 'none'"
    )
    made = Template(_asset("reach.html")).substitute(
        policy=policy, style=style, script=script, body=_html(body), foot=_html(foot)
    )
    return made.encode("ascii", "xmlcharrefreplace").decode("ascii")


def _html(elements: Sequence[Element]) -> str:
    return "\n".join(tostring(each, "unicode", "html") for each in elements)


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode("ascii")).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


@cache
def _asset(name: str) -> str:
    return (files("sekisho.reach") / "pages" / name).read_text("utf-8")
