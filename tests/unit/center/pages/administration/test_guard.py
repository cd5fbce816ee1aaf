import pytest

from sekisho.center.pages.administration.routes import ADMINISTRATION
from sekisho.testing.visitor import Visitor
from tests.unit.center.pages.administration.conftest import HOME
from tests.unit.center.scene import ORIGIN, World

PATHS = sorted(each.path.replace("{", "").replace("}", "") for each in ADMINISTRATION)


def test_an_administrator_finds_the_way_from_every_page(admin: Visitor) -> None:
    admin.open(f"{ORIGIN}/start")
    admin.follow("Administration")

    assert admin.page.url == f"{HOME}/people"


def test_nobody_else_is_shown_a_way(other: Visitor) -> None:
    other.open(f"{ORIGIN}/start")

    assert "Administration" not in [words for words, _ in other.page.links]


@pytest.mark.parametrize("path", PATHS)
def test_for_others_there_is_nothing_there(other: Visitor, path: str) -> None:
    other.open(f"{ORIGIN}/nowhere")
    nowhere = other.page.text.replace("/nowhere", path)
    other.open(f"{ORIGIN}{path}")

    assert other.page.status == 404
    assert other.page.text == nowhere


def test_whoever_is_not_signed_in_signs_in_first_and_comes_back(world: World) -> None:
    visitor = Visitor(world.http)

    visitor.open(f"{HOME}/people?q=hoge")

    assert visitor.page.url == f"{ORIGIN}/signin?next=%2Fadministration%2Fpeople%3Fq%3Dhoge"
