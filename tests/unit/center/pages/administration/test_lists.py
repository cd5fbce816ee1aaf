from urllib.parse import quote

import pytest
from sqlalchemy import event, insert

from sekisho.center.storage.tables import users
from sekisho.testing.visitor import Visitor
from tests.unit.center.pages.administration.conftest import HOME
from tests.unit.center.scene import World


@pytest.fixture
def crowd(world: World) -> None:
    """So many people that a list of them has pages; capitals and small letters among them."""
    with world.center.database.writing() as connection:
        connection.execute(
            insert(users),
            [
                {
                    "id": f"id-{number:03}",
                    "name": f"{'Crowd' if number % 2 else 'crowd'}{number:03}",
                    "display_name": f"山田 {number}",
                    "enabled": True,
                    "created_at": 0,
                }
                for number in range(120)
            ],
        )


def statements(world: World, visitor: Visitor, path: str) -> int:
    counted: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        counted.append(statement)

    engine = world.center.database.engine
    event.listen(engine, "before_cursor_execute", note)
    visitor.open(f"{HOME}{path}")
    event.remove(engine, "before_cursor_execute", note)
    return len(counted)


def shown(visitor: Visitor) -> list[str]:
    return [words for words, href in visitor.page.links if "/people/id-" in href]


@pytest.mark.usefixtures("crowd")
def test_a_list_goes_on_behind_the_last_of_the_page_before(admin: Visitor) -> None:
    admin.open(f"{HOME}/people?q=crowd")
    pages = [shown(admin)]
    while any(words == "Next page" for words, _ in admin.page.links):
        admin.follow("Next page")
        pages.append(shown(admin))

    assert [len(page) for page in pages] == [50, 50, 20]
    assert [name.lower() for page in pages for name in page] == [f"crowd{n:03}" for n in range(120)]


@pytest.mark.usefixtures("crowd")
def test_people_are_found_by_the_beginning_of_their_display_name_too(admin: Visitor) -> None:
    admin.open(f"{HOME}/people?q={quote('山田 11')}")

    assert sorted(name.lower() for name in shown(admin)) == ["crowd011"] + [
        f"crowd{number}" for number in range(110, 120)
    ]


@pytest.mark.parametrize("q", ["%25", "_", "%00", "'", "%F4%8F%BF%BF", "%ED%A0%80"])
def test_whatever_is_sought_gets_an_answer(admin: Visitor, q: str) -> None:
    admin.open(f"{HOME}/people?q={q}&after=0:x")

    assert admin.page.status == 200


def test_a_page_asks_no_more_of_the_database_when_there_are_more_people(
    world: World, admin: Visitor, request: pytest.FixtureRequest
) -> None:
    admin.open(f"{HOME}/people")  # the first request of a minute sweeps
    few = statements(world, admin, "/people")
    request.getfixturevalue("crowd")

    assert statements(world, admin, "/people") == few
    assert statements(world, admin, "/people?q=crowd") == few
