"""What `reach` shows of a portal that was asked: table, JSON, flowchart and page."""

import json
from html.parser import HTMLParser
from typing import Any

import pytest

from tests.golden.conftest import Golden, transcript
from tests.golden.test_reports import CONFIG
from tests.unit.cli.conftest import CommandLine, Service

ASSIGNED = {
    "accountList": [
        {"accountId": "123456789011", "accountName": "hoge-dev"},
        {"accountId": "123456789012", "accountName": "hoge-prod"},
    ],
    "roleList": [{"roleName": "AdministratorAccess"}, {"roleName": "BillingAccess"}],
}
"""Not the ReadOnlyAccess of the profile 本番, and a role that no profile names."""
_EMPTY = {"br", "input", "link", "meta"}
_NOT_TOLD = {"script", "style"}
"""Held by their own tests, and by the eye."""


@pytest.fixture
def asked(sekisho: CommandLine, service: Service, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """Signed in to hoge-dev; the legacy profiles' portal cannot be asked."""
    monkeypatch.delenv("AWS_ENDPOINT_URL_STS")
    sekisho.write_config(CONFIG)
    sekisho.sign_in("hoge-dev", service.url)
    service.status, service.body = 200, json.dumps(ASSIGNED).encode()
    return sekisho


@pytest.mark.parametrize("columns", [80, 60])
def test_the_table_of_a_portal_that_was_asked_looks_as_it_did(
    asked: CommandLine, golden: Golden, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    command = ("reach", "--live")

    golden.holds(f"reach-live-{columns}", transcript(command, asked(*command)))


@pytest.mark.parametrize("live", [(), ("--live",)], ids=["static", "live"])
def test_the_json_is_what_it_was(asked: CommandLine, golden: Golden, live: tuple[str, ...]) -> None:
    shown = asked("reach", "--json", *live).out

    golden.holds(f"reach-json{''.join(live)}", json.dumps(json.loads(shown), indent=1) + "\n")


@pytest.mark.parametrize("live", [(), ("--live",)], ids=["static", "live"])
def test_the_flowchart_is_what_it_was(
    asked: CommandLine, golden: Golden, live: tuple[str, ...]
) -> None:
    golden.holds(f"reach-mermaid{''.join(live)}", asked("reach", "--format", "mermaid", *live).out)


@pytest.mark.parametrize("live", [(), ("--live",)], ids=["static", "live"])
def test_the_page_has_in_it_what_it_had(
    asked: CommandLine, golden: Golden, live: tuple[str, ...]
) -> None:
    outline = Outline()
    outline.feed(asked("reach", "--format", "html", *live).out)

    golden.holds(f"reach-html{''.join(live)}", "\n".join(outline.lines) + "\n")


class Outline(HTMLParser):
    """The elements of a page and their texts, one a line, each below the one it stands in."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict[str, Any](attrs)
        ident = f"#{told['id']}" if "id" in told else ""
        classes = "".join(f".{name}" for name in str(told.get("class") or "").split())
        self._say(f"{tag}{ident}{classes}")
        if tag not in _EMPTY:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _EMPTY:
            assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip() and self._open[-1] not in _NOT_TOLD:
            self._say(f'"{" ".join(data.split())}"')

    def _say(self, text: str) -> None:
        self.lines.append("  " * len(self._open) + text)
