"""A web page as a person without JavaScript sees it: its words, its forms, its links.

Source: the HTML standard, §4.10.21 (what a form submits) as far as plain forms need it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from types import MappingProxyType

__all__ = ["Button", "Form", "Page", "read_page"]

_UNSEEN = frozenset({"script", "style", "template", "title", "head"})
_BUTTON_TYPES = frozenset({"submit", "image"})
_TYPES_WITHOUT_VALUE = frozenset({"button", "reset", "file", *_BUTTON_TYPES})
_CHECKABLE = frozenset({"checkbox", "radio"})


@dataclass(frozen=True, slots=True)
class Button:
    """A button that submits its form."""

    text: str
    """What it says."""
    name: str
    value: str
    action: str | None
    """Its own `formaction`, where it has one."""


@dataclass(frozen=True, slots=True)
class Form:
    """A form and what is filled in."""

    action: str
    """As written; empty means the page's own address."""
    method: str
    """`get` or `post`."""
    fields: Mapping[str, str] = field(repr=False)
    """Name to value, hidden fields included. Not shown: a password may be among them."""
    typed: frozenset[str]
    """Names of the fields that a person fills in."""
    buttons: tuple[Button, ...]

    def filled(self, name: str, value: str) -> "Form":
        """Return the form with `value` in the field `name`."""
        return replace(self, fields=MappingProxyType({**self.fields, name: value}))


@dataclass(frozen=True, slots=True)
class Page:
    """One page."""

    url: str = field(repr=False)
    """Where it was in the end, after redirects."""
    status: int
    title: str
    text: str = field(repr=False)
    """What can be read, blanks and line ends run together."""
    forms: tuple[Form, ...]
    links: tuple[tuple[str, str], ...] = field(repr=False)
    """(text, href as written), in order."""
    referrer_policy: str

    def button(self, text: str) -> tuple[Form, Button] | None:
        """Find the button that says `text`, and its form."""
        for form in self.forms:
            for button in form.buttons:
                if button.text == text:
                    return form, button
        return None

    def asks_for(self, name: str) -> bool:
        """Whether there is a field `name` for a person to fill in."""
        return any(name in form.typed for form in self.forms)

    def filled(self, name: str, value: str) -> "Page":
        """Return the page with `value` in every visible field `name`."""
        forms = tuple(
            form.filled(name, value) if name in form.typed else form for form in self.forms
        )
        return replace(self, forms=forms)


def read_page(url: str, status: int, body: str, *, referrer_policy: str = "") -> Page:
    """Read an HTML page; what is broken is read as far as it goes."""
    reader = _Reader()
    reader.feed(body)
    reader.close()
    return Page(
        url=url,
        status=status,
        title=_words(reader.title),
        text=_words(reader.text),
        forms=tuple(draft.finished() for draft in reader.forms),
        links=tuple((_words(text), href) for text, href in reader.links),
        referrer_policy=referrer_policy,
    )


class _Draft:
    """A form that is being read."""

    def __init__(self, attributes: Mapping[str, str]) -> None:
        self.action = attributes.get("action", "")
        self.method = attributes.get("method", "get").lower()
        self.fields: dict[str, str] = {}
        self.typed: set[str] = set()
        self.buttons: list[Button] = []

    def add_input(self, attributes: Mapping[str, str]) -> None:
        kind = attributes.get("type", "text").lower()
        name, value = attributes.get("name", ""), attributes.get("value", "")
        if kind in _BUTTON_TYPES:
            self.add_button(attributes, value or "Submit")
        if not name or kind in _TYPES_WITHOUT_VALUE:
            return
        if kind in _CHECKABLE and "checked" not in attributes:
            return
        self.fields[name] = value or ("on" if kind in _CHECKABLE else "")
        if kind not in _CHECKABLE and kind != "hidden":
            self.typed.add(name)

    def add_button(self, attributes: Mapping[str, str], text: str) -> None:
        self.buttons.append(
            Button(
                _words(text),
                attributes.get("name", ""),
                attributes.get("value", ""),
                attributes.get("formaction"),
            )
        )

    def finished(self) -> Form:
        fields = MappingProxyType(dict(self.fields))
        return Form(self.action, self.method, fields, frozenset(self.typed), tuple(self.buttons))


class _Reader(HTMLParser):
    """Gathers what `Page` has. Text inside a button or a link also belongs to it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.title = ""
        self.text = ""
        self.forms: list[_Draft] = []
        self.links: list[tuple[str, str]] = []
        self._form: _Draft | None = None
        self._unseen: list[str] = []
        self._button: Mapping[str, str] | None = None
        self._button_text = ""
        self._href: str | None = None
        self._link_text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag in _UNSEEN:
            self._unseen.append(tag)
        elif tag == "form":
            self._form = _Draft(attributes)
            self.forms.append(self._form)
        elif tag == "input" and self._form is not None:
            self._form.add_input(attributes)
        elif tag == "button" and attributes.get("type", "submit").lower() == "submit":
            self._button, self._button_text = attributes, ""
        elif tag == "a" and "href" in attributes:
            self._href, self._link_text = attributes["href"], ""
        self.text += " "

    def handle_endtag(self, tag: str) -> None:
        if tag in self._unseen:
            del self._unseen[self._unseen.index(tag) :]
        elif tag == "form":
            self._form = None
        elif tag == "button" and self._button is not None:
            if self._form is not None:
                self._form.add_button(self._button, self._button_text)
            self._button = None
        elif tag == "a" and self._href is not None:
            self.links.append((self._link_text, self._href))
            self._href = None
        self.text += " "

    def handle_data(self, data: str) -> None:
        if "title" in self._unseen:
            self.title += data
        if self._unseen:
            return
        self.text += data
        self._button_text += data
        self._link_text += data


def _words(text: str) -> str:
    return " ".join(text.split())
