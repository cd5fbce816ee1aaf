"""What the documents, the lock files and the settings say about the tree is true."""

import json
import os
import pwd
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.meta.source import ROOT, texts

NAMED = re.compile(r"`((?:docs|src|tests|bench|requirements)/[\w./-]*\w)`")
LINKED = re.compile(r"\]\(([^)#\s:]+)(?:#[^)]*)?\)")
VERB = re.compile(r"\./dev ([a-z]+)")
EXAMPLE_HOMES = re.compile(r"(?:/home|/Users)/(?!(?:you|other)\b)[a-z]")

DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_file_that_a_document_names_exists(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    named = [ROOT / name for name in NAMED.findall(text)]
    named += [document.parent / name for name in LINKED.findall(text)]

    assert not [str(path) for path in named if not path.exists()]


def test_every_verb_of_dev_that_a_document_names_exists() -> None:
    usage = subprocess.run([ROOT / "dev"], capture_output=True, text=True, check=True).stdout
    verbs = set(re.findall(r"^  ([a-z]+) ", usage, re.MULTILINE))
    named = {verb for path in DOCUMENTS for verb in VERB.findall(path.read_text(encoding="utf-8"))}

    assert named
    assert named <= verbs


@pytest.mark.parametrize("lock", sorted(ROOT.glob("requirements/*")), ids=lambda path: path.name)
def test_a_lock_file_names_no_index(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")

    assert "://" not in text
    assert not re.search(r"^\s*(-i|-f|--[a-z-]*(index|host|links))\b", text, re.MULTILINE)


def test_the_lock_of_the_javascript_pins_everything_with_hashes_and_names_no_registry() -> None:
    lock = json.loads((ROOT / "tests/js/package-lock.json").read_bytes())
    packages = {name: entry for name, entry in lock["packages"].items() if name}

    assert packages
    assert not [name for name, entry in packages.items() if "integrity" not in entry]
    assert not [name for name, entry in packages.items() if "resolved" in entry]


@pytest.mark.parametrize("lock", sorted(ROOT.glob("requirements/*.lock")), ids=lambda p: p.name)
def test_a_lock_file_pins_everything_with_hashes(lock: Path) -> None:
    entries = re.split(r"\n(?=[a-z])", lock.read_text(encoding="utf-8"))
    pins = [entry for entry in entries if not entry.startswith("#")]

    assert pins
    assert all(re.match(r"[\w.-]+==[\w.]+( ;[^\\]+)? \\\n\s+--hash=sha256:", pin) for pin in pins)


def test_the_tree_names_nobodys_machine() -> None:
    places = (f"{ROOT}/", f"{pwd.getpwuid(os.getuid()).pw_dir}/")

    assert not [
        name
        for name, text in texts()
        if any(place in text for place in places) or EXAMPLE_HOMES.search(text)
    ]


def test_the_oldest_python_is_the_one_that_is_checked() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

    assert settings["project"]["requires-python"] == ">=3.11"
    assert settings["tool"]["mypy"]["python_version"] == "3.11"
    assert settings["tool"]["ruff"]["target-version"] == "py311"
