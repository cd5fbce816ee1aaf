import pytest

from sekisho.errors import NothingToAdopt, TokenNotAdopted
from sekisho.login.adopt import Adopted, adopt
from sekisho.login.interface import SignInRoute
from sekisho.login.sign_out import sign_out
from sekisho.store.keys import record_file
from tests.flow.world import CENTER, DEV, LOGIN, PERSON, SESSION, World


@pytest.fixture
def by_another_tool(world: World) -> World:
    """A machine on which the AWS CLI signed in: its token file is there, and no record."""
    world.sign_in(world.comes_back())
    record_file(world.home / "state", world.home, SESSION.token_key).unlink()
    return world


def _adopt(world: World) -> Adopted:
    route = SignInRoute(SESSION, DEV, CENTER, CENTER, CENTER)
    return adopt(route, store=world.store, http=world.http, clock=world.clock, login=LOGIN)


def test_another_tools_token_is_not_sent_to_the_center_unasked(by_another_tool: World) -> None:
    with pytest.raises(TokenNotAdopted):
        by_another_tool.fresh_token()


def test_once_taken_over_it_is_used_and_its_person_is_known(by_another_tool: World) -> None:
    adopted = _adopt(by_another_tool)
    token, record = by_another_tool.fresh_token()

    assert adopted.record.person == PERSON
    assert (token, record) == (adopted.token, adopted.record)


def test_a_token_whose_session_has_ended_is_not_taken_over(by_another_tool: World) -> None:
    token = by_another_tool.store.token(SESSION.token_key)
    adopted = _adopt(by_another_tool)
    sign_out(
        SESSION,
        roles=(),
        oidc=CENTER,
        portal=CENTER,
        store=by_another_tool.store,
        http=by_another_tool.http,
        clock=by_another_tool.clock,
        local=False,
        login=LOGIN,
    )
    assert token is not None
    by_another_tool.store.put_token(SESSION.token_key, token, adopted.record)

    with pytest.raises(NothingToAdopt):
        _adopt(by_another_tool)
