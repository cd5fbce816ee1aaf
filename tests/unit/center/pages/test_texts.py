import re
from datetime import timedelta
from importlib import resources
from importlib.resources.abc import Traversable
from string import Formatter

import pytest

from sekisho.center.directory.instance import Mfa
from sekisho.center.events import KINDS, Event
from sekisho.center.factors.interface import Kind
from sekisho.center.pages.languages import Language
from sekisho.center.pages.telling import key_of
from sekisho.center.pages.texts import CATALOGUES, Texts

PAGES = resources.files("sekisho.center.pages")
ENGLISH = CATALOGUES[Language.ENGLISH]
ADMINISTRATIONS = {
    key for key in ENGLISH if key.partition(".")[0] in {"done", "wrong", "places"}
} | {"delete.person", "delete.group", "delete.permission_set"}
"""Keys that the administration's templates make of parts, and its tests see on pages."""
PUT_TOGETHER = {
    *(f"event_kinds.{kind}" for kind in KINDS),
    *(f"{part}.{key_of(event)}" for event in Event for part in ("event_names", "events")),
    *(f"events.{part}" for part in ("somebody", "other", "by", "by_operator", "some_browser")),
    *(f"second_step.by_{kind.replace('-', '_')}" for kind in Kind),
    *(f"profile.kind_{kind}" for kind in ("authenticator_app", "security_key")),
    *(f"profile.add_{kind}" for kind in ("authenticator_app", "security_key")),
    *(f"profile.mfa_{mfa}" for mfa in Mfa),
    "profile.done_added", "profile.done_removed", "profile.done_before", "profile.done_needed",
    "profile.done_no_room", "profile.done_no_factor", "profile.done_password",
    "app.wrong_code", "app.wrong_name",
    "frame.accounts", "frame.profile", "frame.sessions", "frame.device",
    *(f"security_key.wrong_{each}" for each in ("name", "not_good", "too_late", "known")),
    *(f"signin.passkey_{each}" for each in ("not_good", "too_late", "went_back")),
    "sessions.ended_one", "sessions.ended_others", "sessions.ended_before",
    "invitation.short", "invitation.long", "invitation.strange", "invitation.different",
    "live.ended_one", "live.ended_all", "live.ended_before",
    "error.registration_unknown", "error.redirect_unregistered", "error.request_malformed",
    "error.application_unknown",
}  # fmt: skip
"""Keys that templates and handlers make of parts."""


def variants(language: Language, key: str) -> list[str]:
    entry = CATALOGUES[language][key]
    return [entry] if isinstance(entry, str) else list(entry.values())


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def elements(text: str) -> list[str]:
    return sorted(re.findall(r"<[^>]+>", text))


def templates() -> list[Traversable]:
    folder = PAGES.joinpath("templates")
    rooms = [folder, *(each for each in folder.iterdir() if each.is_dir())]
    return [file for room in rooms for file in room.iterdir() if file.name.endswith(".html")]


def keys_in_use() -> set[str]:
    texts = [file.read_text(encoding="utf-8") for file in templates()]
    texts.append(PAGES.joinpath("texts.py").read_text(encoding="utf-8"))
    return {key for text in texts for key in re.findall(r'(?:\bt|self)\(\s*"(\w+\.\w+)"[,)]', text)}


@pytest.mark.parametrize("language", Language)
def test_every_language_has_every_text(language: Language) -> None:
    assert CATALOGUES[language].keys() == ENGLISH.keys()


@pytest.mark.parametrize("language", Language)
def test_a_text_has_the_values_and_the_markup_of_its_original(language: Language) -> None:
    for key in ENGLISH:
        original, text = variants(Language.ENGLISH, key)[-1], variants(language, key)[-1]
        assert placeholders(text) == placeholders(original), key
        assert elements(text) == elements(original), key


@pytest.mark.parametrize("language", Language)
def test_no_text_is_empty(language: Language) -> None:
    assert not [key for key in ENGLISH if not all(map(str.strip, variants(language, key)))]


def test_every_text_is_used_and_none_is_missing() -> None:
    assert keys_in_use() | PUT_TOGETHER | ADMINISTRATIONS == ENGLISH.keys()


def test_no_text_stands_in_a_template() -> None:
    found = {}
    for file in templates():
        text = re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}", "", file.read_text(encoding="utf-8"))
        if "copyable" not in file.name and "{%" not in text:
            text = re.sub(r"<textarea.*?</textarea>", "", text, flags=re.DOTALL)
            words = re.findall(r">([^<>]*[A-Za-z]{3,}[^<>]*)<", text)
            found[file.name] = [each.strip() for each in words]
    copied = {"credentials.html", "setup.html", "variables.html"}  # for machines to read

    assert {name: words for name, words in found.items() if words and name not in copied} == {
        "base.html": ["· sekisho", "sekisho"],
        "frame.html": ["broad"],
    }


def test_what_is_filled_in_is_escaped_and_the_markup_around_it_is_not() -> None:
    said = Texts(Language.ENGLISH)("device_allowed.lead", name="<b>&")

    assert "<strong>&lt;b&gt;&amp;</strong>" in said


@pytest.mark.parametrize(
    "seconds, english, japanese",
    [
        (0, "0 seconds", "0 秒"),
        (1, "1 second", "1 秒"),
        (59, "59 seconds", "59 秒"),
        (60, "1 minute", "1 分"),
        (61, "2 minutes", "2 分"),
        (3600 * 24, "1,440 minutes", "1,440 分"),
    ],
)
def test_lengths_are_said_in_seconds_and_minutes(seconds: int, english: str, japanese: str) -> None:
    assert Texts(Language.ENGLISH).length(timedelta(seconds=seconds)) == english
    assert Texts(Language.JAPANESE).length(seconds) == japanese


@pytest.mark.parametrize(
    "seconds, said", [(59, "less than a minute ago"), (60, "a minute ago"), (180, "3 minutes ago")]
)
def test_how_long_ago_is_said_in_minutes(seconds: int, said: str) -> None:
    assert Texts(Language.ENGLISH).ago(timedelta(seconds=seconds)) == said
