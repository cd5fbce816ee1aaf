"""The flowchart of `reach --format mermaid`, read and drawn by Mermaid itself."""

import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.e2e.test_reach_page import CONFIGS, ODD, PROFILE, SESSION, SMALL

DRAW = """async text => {
    mermaid.initialize({startOnLoad: false, securityLevel: "strict"});
    const {diagramType} = await mermaid.parse(text);
    const {svg} = await mermaid.render("drawing", text);
    document.body.innerHTML = svg;
    const all = selector => [...document.querySelectorAll(selector)];
    return {
        type: diagramType,
        labels: all(".node .nodeLabel").map(node => node.innerText),
        groups: all(".cluster .nodeLabel").map(node => node.innerText),
        edges: all("path.flowchart-link").map(edge =>
            /^(none|0px)/.test(getComputedStyle(edge).strokeDasharray) ? "solid" : "dashed"),
        foreign: all("img, body script, a, iframe, i").length,
    };
}"""
JOINER = "\u2060"
"""Stands between two dollars, and nobody sees it."""
NAMES = [
    "a;b", "a#35;b", "end", "a --> b", "graph TD", "%%{init: {}}%%", "`code`", "**bold**",
    "a|b", "{{gate}}", "<br/>", "<b>x</b>", "&lt;", "$$x^2$$", "click a href", "本番", "o'neil",
    "subgraph x", "::: prod", "1. one", "- two", "_x_", "fa:fa-ban", "(x)", "a@{ shape: x }",
]  # fmt: skip


@pytest.fixture
def mermaid(page: Page, node_modules: Path) -> Page:
    page.add_script_tag(path=node_modules / "mermaid" / "dist" / "mermaid.min.js")
    return page


def flowchart(home: Path, config: str) -> str:
    """Run the command as a person does, in a home with `config`."""
    (home / ".aws").mkdir()
    (home / ".aws" / "config").write_text(config)
    return subprocess.run(
        [sys.executable, "-m", "sekisho", "reach", "--format", "mermaid"],
        env={"HOME": str(home), "PYTHONPATH": ":".join(filter(None, sys.path))},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
        encoding="utf-8",
    ).stdout


def drawn(mermaid: Page, text: str) -> dict[str, Any]:
    found: dict[str, Any] = mermaid.evaluate(DRAW, text)
    return found


@pytest.mark.parametrize("name", CONFIGS)
def test_mermaid_draws_every_node_and_every_arrow(mermaid: Page, tmp_path: Path, name: str) -> None:
    text = flowchart(tmp_path, CONFIGS[name])

    found = drawn(mermaid, text)

    arrows = Counter("solid" if " --> " in line else "dashed"
                     for line in text.splitlines() if "-> " in line)  # fmt: skip
    assert found["type"] == "flowchart-v2"
    assert Counter(found["edges"]) == arrows
    assert len(found["labels"]) == sum('["' in row or '{{"' in row
                                       for row in text.splitlines() if row.startswith("    "))  # fmt: skip


def test_gates_and_rooms_say_what_they_are(mermaid: Page, tmp_path: Path) -> None:
    found = drawn(mermaid, flowchart(tmp_path, SMALL))

    first = [label.split("\n")[0] for label in found["labels"]]
    assert {"shop", "shop-sandbox", "shop-dev", "shop-production", "hoge-dev"} <= set(first)
    assert {"https://hoge.awsapps.com/start", "no SSO"} <= set(found["groups"])
    assert ODD in first
    assert found["foreign"] == 0


def test_a_name_is_drawn_as_it_is_whatever_it_means_to_mermaid(
    mermaid: Page, tmp_path: Path
) -> None:
    quoted = (f'"{name}"' for name in NAMES)
    config = SESSION.format("hoge", "hoge") + "".join(
        PROFILE.format(name, "hoge", number) for number, name in enumerate(quoted, 1)
    )

    found = drawn(mermaid, flowchart(tmp_path, config))

    first = [label.split("\n")[0].replace(JOINER, "") for label in found["labels"]]
    assert sorted(first) == sorted([*NAMES, "hoge"])
    assert found["foreign"] == 0
