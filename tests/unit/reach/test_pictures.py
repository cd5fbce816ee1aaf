"""What a login opens, as people and programs see it."""

import io
import json
from collections.abc import Callable, Sequence

import pytest
from rich.console import Console

from sekisho.model import Form, ProfileName, TokenKey
from sekisho.reach.graph import Basis, Reach
from sekisho.reach.pictures import json_pieces, table
from tests.work import growth

DEV, STG, KEYS = ProfileName("dev"), ProfileName("stg"), ProfileName("keys")
URL = "https://hoge.awsapps.com/start"
LEGACY = TokenKey(Form.LEGACY, URL)
SHARING = (Reach(DEV, LEGACY, (DEV, STG), (DEV, STG)), Reach(STG, LEGACY, (DEV, STG), (DEV, STG)))
APART = (
    Reach(DEV, TokenKey(Form.SSO_SESSION, "hoge-dev"), (DEV,), (DEV, STG)),
    Reach(STG, TokenKey(Form.SSO_SESSION, "hoge-stg"), (STG,), (DEV, STG)),
    Reach(KEYS, None, (KEYS,), ()),
)


def drawn(reaches: Sequence[Reach], *, width: int = 120) -> list[list[str]]:
    """The cells of the table's rows, blanks and rules left out."""
    console = Console(file=io.StringIO(), width=width, color_system=None)
    with console.capture() as captured:
        console.print(table(reaches))
    rows = [line for line in captured.get().splitlines() if "│" in line]
    return [[cell.strip() for cell in row.split("│")[1:-1]] for row in rows]


def test_a_login_that_opens_two_profiles_is_one_row() -> None:
    assert drawn(SHARING) == [[f"{URL} (legacy form)", "dev, stg", "–"]]


def test_each_login_of_its_own_is_a_row_and_says_what_its_token_could_open() -> None:
    assert drawn(APART) == [
        ["hoge-dev", "dev", "stg"],
        ["hoge-stg", "stg", "dev"],
        ["no SSO", "keys", ""],
    ]


def test_a_name_with_markup_in_it_is_shown_as_it_is() -> None:
    name = ProfileName("[red]x[/red]")
    odd = Reach(name, TokenKey(Form.SSO_SESSION, "[b]s"), (name,), (name, ProfileName("[/i]")))

    assert drawn([odd]) == [["[b]s", "[red]x[/red]", "[/i]"]]


def test_a_name_cannot_steer_the_terminal() -> None:
    name = ProfileName("a\x1b[2J")
    odd = Reach(name, TokenKey(Form.LEGACY, "\x1b]0;x\x07"), (name,), (name,))

    assert drawn([odd]) == [["\ufffd]0;x\ufffd (legacy form)", "a\ufffd[2J", "–"]]


def test_many_names_end_in_a_count() -> None:
    names = tuple(ProfileName(f"p{number}") for number in range(1_012))

    rows = drawn([Reach(names[0], LEGACY, names, names)], width=300)

    assert rows[0][1].endswith("p10, p11 and 1,000 more")


def test_twice_the_logins_are_twice_the_work() -> None:
    def drawing(size: int) -> Callable[[], object]:
        names = tuple(ProfileName(f"p{number:04}") for number in range(size))
        reaches = [Reach(n, TokenKey(Form.SSO_SESSION, n), (n,), names) for n in names]
        return lambda: table(reaches)

    assert growth(drawing, 100) < 2.2


def test_the_json_has_the_keys_of_version_1_and_no_others() -> None:
    finding = {"rule": "SK101", "line": 2}

    assert json.loads("".join(json_pieces([SHARING[0], APART[0], APART[2]], [finding]))) == {
        "version": 1,
        "profiles": [
            {
                "profile": "dev",
                "token_key": {"form": "legacy", "value": URL},
                "opens": ["dev", "stg"],
                "could_open": ["dev", "stg"],
                "basis": "assumed",
            },
            {
                "profile": "dev",
                "token_key": {"form": "sso-session", "value": "hoge-dev"},
                "opens": ["dev"],
                "could_open": ["dev", "stg"],
                "basis": "assumed",
            },
            {
                "profile": "keys",
                "token_key": None,
                "opens": ["keys"],
                "could_open": [],
                "basis": "assumed",
            },
        ],
        "findings": [finding],
    }


@pytest.mark.parametrize("name", ['"quoted"', "back\\slash", "本番", "new\nline"])
def test_the_json_is_json_whatever_a_profile_is_called(name: str) -> None:
    odd = ProfileName(name)

    said = json.loads("".join(json_pieces([Reach(odd, None, (odd,), (), Basis.LIVE)], [])))

    assert said["profiles"][0]["profile"] == name
    assert said["profiles"][0]["opens"] == [name]
    assert said["profiles"][0]["basis"] == "live"


def test_the_json_of_no_profiles_is_whole() -> None:
    assert json.loads("".join(json_pieces([], []))) == {
        "version": 1,
        "profiles": [],
        "findings": [],
    }
