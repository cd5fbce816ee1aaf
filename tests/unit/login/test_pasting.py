"""The redirected URL is pasted at the terminal: judged like the browser's own visit."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest

from sekisho.aws.oidc import IssuedToken
from sekisho.errors import SignInTimedOut, Unreachable
from sekisho.login import pkce
from sekisho.login.interface import SignInOptions
from sekisho.testing.http import InterposedHttp, ScriptedHttp
from sekisho.testing.keyboard import FakeKeyboard
from sekisho.testing.loopback import Deliver, visit
from sekisho.wire.http import Request, Response
from sekisho.wire.rejection import Rejection
from tests.unit.login.scene import ISSUED, LOGIN, PKCE_CLIENT, SESSION, World

BY_SSH = SignInOptions(callback_port=8400, login=LOGIN)
Line = Callable[[str, str], str]
"""What is typed, from the redirect URI and the state of the sign-in."""


def _right(redirect_uri: str, state: str) -> str:
    return f" {redirect_uri}?code=abc&state={state} "


def _wrong_state(redirect_uri: str, _state: str) -> str:
    return f"{redirect_uri}?code=planted&state=guess"


def _world(*lines: Line, keyboard: FakeKeyboard | None = None) -> World:
    """Somebody types `lines`; a request to the loopback port reaches whoever listens there."""
    doors: list[Deliver] = []
    typist = keyboard or FakeKeyboard()

    def loopback(request: Request) -> Response | None:
        return doors[-1](visit(request.url)) if request.origin.endswith(":8400") else None

    def types(deliver: Deliver) -> None:
        doors.append(deliver)
        asked = parse_qs(urlsplit(world.progress.urls[-1]).query)
        for line in lines:
            typist.type(line(asked["redirect_uri"][0], asked["state"][0]))

    world = World(InterposedHttp(ScriptedHttp(ISSUED), loopback), keyboard=typist)
    world.happenings = (types,)
    return world


def _sign_in(world: World, options: SignInOptions = BY_SSH) -> IssuedToken | Rejection:
    return pkce.sign_in(SESSION, world.oidc, PKCE_CLIENT, world.ports, options)


def test_the_pasted_address_signs_in() -> None:
    world = _world(_right)

    assert isinstance(_sign_in(world), IssuedToken)
    assert world.progress.pasting


def test_the_state_of_a_pasted_address_is_checked_and_the_right_one_then_succeeds() -> None:
    world = _world(_wrong_state, _right)

    assert isinstance(_sign_in(world), IssuedToken)
    assert world.progress.troubles == ["an answer with a wrong state was refused"]


@pytest.mark.parametrize(
    "typed", ["abc", "https://evil.example/?code=a&state=b", "http://127.0.0.1:8400/oauth/callback"]
)
def test_what_is_not_the_address_goes_nowhere_and_is_not_repeated(typed: str) -> None:
    world = _world(lambda *_: typed, _right)
    _sign_in(world)

    assert world.progress.troubles == [
        "that is not the whole address: it begins with http://127.0.0.1:8400/oauth/callback?"
    ]


def test_enter_alone_is_not_worth_a_word() -> None:
    world = _world(lambda *_: "", _right)
    _sign_in(world)

    assert world.progress.troubles == []


def test_an_address_that_comes_too_late_breaks_nothing() -> None:
    world = _world(_right)
    world.http = InterposedHttp(
        ScriptedHttp(), lambda _: Unreachable("http://127.0.0.1:8400", "refused")
    )

    with pytest.raises(SignInTimedOut):
        _sign_in(world)


def test_where_a_browser_opened_nobody_listens_to_the_keyboard() -> None:
    keyboard = FakeKeyboard()
    heard: list[bool] = []
    world = World(ScriptedHttp(), keyboard=keyboard)
    world.happenings = (lambda _deliver: heard.append(keyboard.is_heard),)

    with pytest.raises(SignInTimedOut):
        _sign_in(world, SignInOptions(login=LOGIN))

    assert heard == [False]
    assert not world.progress.pasting


def test_where_nobody_can_type_nothing_is_said_of_pasting() -> None:
    world = World(ScriptedHttp(), keyboard=FakeKeyboard(somebody=False))

    with pytest.raises(SignInTimedOut):
        _sign_in(world)

    assert not world.progress.pasting
