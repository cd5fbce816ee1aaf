"""Roles of a chain from the cache: for the very same request, and for who is signed in now."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sekisho import files
from sekisho.aws.endpoint import Endpoint
from sekisho.credentials.assumed import asked_of
from sekisho.credentials.interface import ChainRoute, Route
from sekisho.credentials.plan import plan
from sekisho.errors import MfaCodeNeeded, Mismatch, TokenMissing, TokenNotAccepted
from sekisho.model import Region, StartUrl
from sekisho.secret import Secret
from sekisho.store import cachefile
from sekisho.store.keys import assumed_file, assumed_folder, record_file, sha256_hex, token_file
from sekisho.store.native import NativeStore
from sekisho.testing.clock import FakeClock
from sekisho.testing.http import InterposedHttp, ScriptedHttp, failure, success
from sekisho.wire.http import Request, Response
from tests.unit.credentials.chained import DEPLOYER, RELEASER, SERIAL, STS, Chain, link

pytestmark = pytest.mark.usefixtures("signed_in")

TWO = (link("deploy"), link("release", RELEASER))
WITH_CODE = (link(mfa_serial=SERIAL),)


def path_of(route: Route, store: NativeStore, links: tuple[Any, ...] = (link(),)) -> Path:
    asked = asked_of(ChainRoute(route, links, STS))
    return assumed_file(store.state, store.home, route.target.token_key, asked)


def kept_files(store: NativeStore) -> list[Path]:
    return [path for path in assumed_folder(store.state).rglob("*") if path.is_file()]


def test_what_was_assumed_is_served_until_less_than_15_minutes_are_left(
    chain: Chain, clock: FakeClock
) -> None:
    first = chain.fetch(chain.assumed("ASIAASSUMED1"))
    clock.advance(45 * 60)
    last = chain.fetch()
    clock.advance(1)
    new = chain.fetch(issued(clock), chain.assumed("ASIAASSUMED2"))

    assert first == last
    assert new.access_key_id == "ASIAASSUMED2"


def test_the_code_is_asked_for_once_and_then_nobody_has_to_be_asked(
    chain: Chain, route: Route, store: NativeStore, clock: FakeClock, tmp_path: Path
) -> None:
    assumed = chain.fetch(chain.assumed(minutes=30), links=WITH_CODE)
    again = chain.fetch(links=WITH_CODE)
    source = plan(
        ChainRoute(route, WITH_CODE, STS),
        store=store,
        http=ScriptedHttp(),
        clock=clock,
        lock_folder=tmp_path / "locks",
    )

    assert len(chain.asked) == 1
    assert assumed == again == source.fetch()
    clock.advance(16 * 60)
    with pytest.raises(MfaCodeNeeded):
        source.fetch()


def test_no_lock_is_held_while_a_person_thinks(
    route: Route, store: NativeStore, clock: FakeClock, tmp_path: Path
) -> None:
    locks = tmp_path / "locks"

    def think(_link: object, _profile: str) -> Secret:
        for lock in locks.glob("*.lock"):
            with files.lock(lock, seconds=0):
                pass
        raise MfaCodeNeeded("deploy", SERIAL, where="config:1", chained_profile="deploy")

    chained = ChainRoute(route, WITH_CODE, STS)
    with pytest.raises(MfaCodeNeeded):
        plan(
            chained,
            store=store,
            http=ScriptedHttp(),
            clock=clock,
            lock_folder=locks,
            ask_code=think,
        ).fetch()


def test_each_link_is_kept_and_shared_by_the_profiles_that_go_through_it(chain: Chain) -> None:
    whole = chain.fetch(chain.assumed("ASIAASSUMED1"), chain.assumed("ASIAASSUMED2"), links=TWO)
    part = chain.fetch(links=TWO[:1])
    renamed = chain.fetch(links=(link("another-name"), link("and-another", RELEASER)))

    assert (whole.access_key_id, part.access_key_id) == ("ASIAASSUMED2", "ASIAASSUMED1")
    assert renamed == whole


def test_the_end_of_a_chain_is_served_when_its_beginning_has_run_out(
    chain: Chain, clock: FakeClock
) -> None:
    chain.fetch(chain.assumed(minutes=20), chain.assumed("ASIAASSUMED2"), links=TWO)
    clock.advance(30 * 60)

    assert chain.fetch(links=TWO).access_key_id == "ASIAASSUMED2"


def issued(clock: FakeClock) -> Response:
    """What the portal says when it is asked for the source's role credentials."""
    until = int((clock.now() + timedelta(hours=1)).timestamp() * 1000)
    fake = {"accessKeyId": "ASIAFAKE3", "secretAccessKey": "FAKE", "sessionToken": "FAKE"}
    return success({"roleCredentials": {**fake, "expiration": until}})


def _in(region: str, host: str = "amazonaws.com") -> Endpoint:
    return Endpoint(f"https://sts.{region}.{host}", Region(region), False, "AWS")


@pytest.mark.parametrize(
    "links",
    [
        (link(role_arn=RELEASER),),
        (link(role_arn=DEPLOYER.replace("arn:aws:", "arn:aws-cn:")),),
        (link(session_name="me"),),
        (link(external_id="x-1"),),
        (link(duration_seconds=900),),
        (link(source_identity="me"),),
        WITH_CODE,
        (link("release", RELEASER), link()),
        TWO[::-1],
    ],
    ids=lambda links: "+".join(f"{each}" for each in links)[-60:],
)
def test_a_chain_that_differs_in_one_link_is_assumed_anew(
    chain: Chain, links: tuple[Any, ...]
) -> None:
    chain.fetch(chain.assumed("ASIAASSUMED1"))
    answers = [chain.assumed("ASIAOTHER") for _ in links]

    assert chain.fetch(*answers, links=links).access_key_id == "ASIAOTHER"
    assert chain.fetch().access_key_id == "ASIAASSUMED1"


@pytest.mark.parametrize(
    "sts",
    [
        _in("eu-west-2"),
        _in("eu-west-1", "amazonaws.com.cn"),
        replace(_in("eu-west-1"), region=Region("eu-west-2")),
        Endpoint("http://127.0.0.1:1", Region("eu-west-1"), True, "AWS_ENDPOINT_URL_STS"),
    ],
)
def test_at_another_sts_endpoint_a_role_is_assumed_anew(chain: Chain, sts: Endpoint) -> None:
    chain.fetch(chain.assumed("ASIAASSUMED1"))

    assert chain.fetch(chain.assumed("ASIAOTHER"), sts=sts).access_key_id == "ASIAOTHER"


@pytest.mark.parametrize("field, value", [("account_id", "1234567891012"), ("role_name", "Other")])
def test_from_another_source_role_a_role_is_assumed_anew(
    chain: Chain, route: Route, store: NativeStore, make_credentials: Any, field: str, value: str
) -> None:
    chain.fetch(chain.assumed("ASIAASSUMED1"))
    changed: dict[str, Any] = {field: value}
    other = replace(route.role, **changed)
    source = replace(make_credentials("ASIAFAKE2"), role=other)
    store.put_issued(route.target.token_key, sha256_hex("FAKETOKEN"), source)

    answer = chain.fetch(chain.assumed("ASIAOTHER"), route=replace(route, role=other))

    assert answer.access_key_id == "ASIAOTHER"


@pytest.mark.parametrize(
    "change",
    [
        lambda route: replace(
            route,
            target=replace(route.target, start_url=StartUrl("https://fuga.awsapps.com/start")),
        ),
        lambda route: replace(route, target=replace(route.target, region=Region("us-east-2"))),
        lambda route: replace(route, portal=_in("us-east-1")),
        lambda route: replace(route, oidc=_in("us-east-1")),
    ],
)
def test_for_another_sign_in_under_the_same_name_it_is_refused(
    chain: Chain, route: Route, change: Callable[[Route], Route]
) -> None:
    chain.fetch(chain.assumed())

    with pytest.raises(Mismatch):
        chain.fetch(route=change(route))


def test_another_sign_in_inherits_nothing_even_if_the_file_comes_back(
    chain: Chain, route: Route, store: NativeStore, sign_in: Any, make_credentials: Any
) -> None:
    chain.fetch(chain.assumed("ASIAASSUMED1"))
    path = path_of(route, store)
    before = path.read_bytes()
    for person in ("hoge@hoge.com", "fuga@hoge.com"):
        sign_in("FAKETOKEN2", person)
        assert not path.exists()
        path.write_bytes(before)
        source = make_credentials("ASIAFAKE1")
        store.put_issued(route.target.token_key, sha256_hex("FAKETOKEN2"), source)

        assert chain.fetch(chain.assumed("ASIAOTHER")).access_key_id == "ASIAOTHER"


def test_a_role_assumed_while_somebody_else_signed_in_is_used_and_not_kept(
    chain: Chain, route: Route, store: NativeStore, clock: FakeClock, sign_in: Any, tmp_path: Path
) -> None:
    answer = chain.assumed()

    def meanwhile(_request: Request) -> None:
        sign_in("FAKETOKEN2", "fuga@hoge.com")

    source = plan(
        ChainRoute(route, (link(),), STS),
        store=store,
        http=InterposedHttp(ScriptedHttp(answer), meanwhile),
        clock=clock,
        lock_folder=tmp_path / "locks",
    )

    assert source.fetch().access_key_id == "ASIAASSUMED1"
    assert kept_files(store) == []


def test_after_another_tool_has_replaced_the_token_it_does_not_count(
    chain: Chain, route: Route, store: NativeStore, clock: FakeClock
) -> None:
    chain.fetch(chain.assumed("ASIAASSUMED1"))
    path = token_file(store.home, route.target.token_key)
    token = cachefile.parse_token(path.read_bytes())
    path.write_bytes(
        cachefile.render_token(replace(token, access_token=Secret("FAKE-OF-ANOTHER-TOOL")))
    )

    answer = chain.fetch(issued(clock), chain.assumed("ASIAOTHER"))

    assert answer.access_key_id == "ASIAOTHER"


def test_what_the_record_of_the_sign_in_does_not_list_does_not_count(
    chain: Chain, route: Route, store: NativeStore
) -> None:
    record = record_file(store.state, store.home, route.target.token_key)
    before = record.read_bytes()
    chain.fetch(chain.assumed("ASIAASSUMED1"))
    record.write_bytes(before)

    assert chain.fetch(chain.assumed("ASIAOTHER")).access_key_id == "ASIAOTHER"


def test_what_was_kept_for_another_person_does_not_count(
    chain: Chain, route: Route, store: NativeStore
) -> None:
    chain.fetch(chain.assumed("ASIAASSUMED1"))
    path = path_of(route, store)
    path.write_bytes(path.read_bytes().replace(b'"hoge@hoge.com"', b'"fuga@hoge.com"'))

    assert chain.fetch(chain.assumed("ASIAOTHER")).access_key_id == "ASIAOTHER"


def test_a_refresh_of_the_sign_in_goes_on_serving_it(
    chain: Chain, route: Route, store: NativeStore
) -> None:
    chain.fetch(chain.assumed("ASIAASSUMED1"))
    key = route.target.token_key
    token, record = store.token(key), store.record(key)
    assert token is not None
    assert record is not None
    successor = replace(token, access_token=Secret("FAKESUCCESSOR"))
    bound = replace(record, token_sha256=sha256_hex("FAKESUCCESSOR"))
    assert store.put_refreshed(key, successor, bound, replaces=record.token_sha256)

    assert chain.fetch().access_key_id == "ASIAASSUMED1"


def test_after_logging_out_nothing_is_left(chain: Chain, route: Route, store: NativeStore) -> None:
    chain.fetch(chain.assumed(), chain.assumed("ASIAASSUMED2"), links=TWO)
    store.forget(route.target.token_key, ())

    assert kept_files(store) == []
    with pytest.raises(TokenMissing):
        chain.fetch(links=TWO)


def test_a_token_that_the_portal_refuses_takes_the_assumed_roles_with_it(
    chain: Chain, store: NativeStore, clock: FakeClock
) -> None:
    chain.fetch(chain.assumed(minutes=600))
    clock.advance(50 * 60)  # the role credentials of the source have run out
    with pytest.raises(TokenNotAccepted):
        chain.fetch(failure(401, "UnauthorizedException"), links=(link(external_id="x-1"),))

    assert kept_files(store) == []


def test_a_clock_that_was_set_back_serves_nothing(
    chain: Chain, route: Route, store: NativeStore, tmp_path: Path
) -> None:
    chain.fetch(chain.assumed("ASIAASSUMED1"))
    earlier = FakeClock(FakeClock().now() - timedelta(minutes=10))
    back = Chain(route, NativeStore(store.home, store.state, earlier), earlier, tmp_path)

    assert back.fetch(back.assumed("ASIAOTHER")).access_key_id == "ASIAOTHER"


DAMAGES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "cut off": (lambda data: data[:-1], "it is not JSON"),
    "empty": (lambda _: b"", "it is not JSON"),
    "a list": (lambda _: b"[1]", "it holds no JSON object"),
    "nested": (lambda _: b"[" * 100_000, "nested too deeply"),
    "of a later version": (
        lambda data: data.replace(b'"version": 1', b'"version": 2'),
        "version 1",
    ),
    "of the AWS CLI": (lambda _: b'{"Credentials": {}}', "version 1"),
    "of another request": (lambda data: data.replace(b"role/deployer", b"role/admin"), "else"),
    "without credentials": (lambda data: data.replace(b'"Credentials"', b'"C"'), "no credentials"),
    "without a time": (lambda data: data.replace(b'"kept_at"', b'"at"'), "kept_at"),
    "without an account": (lambda data: data.replace(b'"AccountId"', b'"A"'), "AccountId"),
    "of nobody": (lambda data: data.replace(b'"hoge@hoge.com"', b"7"), "person"),
}


@pytest.mark.parametrize("damage, says", DAMAGES.values(), ids=DAMAGES)
def test_a_torn_or_alien_file_is_named_left_alone_and_not_fatal(
    chain: Chain, route: Route, store: NativeStore, damage: Callable[[bytes], bytes], says: str
) -> None:
    chain.fetch(chain.assumed("ASIAASSUMED1"))
    path = path_of(route, store)
    path.write_bytes(damage(path.read_bytes()))
    torn = path.read_bytes()

    with pytest.raises(AssertionError):  # STS is asked, and does not answer
        chain.fetch()
    (told,) = chain.told
    assert str(path) in told
    assert says in told
    assert path.read_bytes() == torn
    assert chain.fetch(chain.assumed("ASIAOTHER")).access_key_id == "ASIAOTHER"
    assert chain.fetch().access_key_id == "ASIAOTHER"


def test_a_cache_that_cannot_be_written_costs_nothing_but_a_word(
    chain: Chain, route: Route, store: NativeStore
) -> None:
    path_of(route, store).mkdir(parents=True)

    assert chain.fetch(chain.assumed("ASIAASSUMED1")).access_key_id == "ASIAASSUMED1"
    assert any("cannot write" in told for told in chain.told)


def test_the_file_is_private_and_says_what_it_is_for(
    chain: Chain, route: Route, store: NativeStore
) -> None:
    chain.fetch(chain.assumed(), links=(link(external_id="x-1", mfa_serial=SERIAL),))
    (path,) = kept_files(store)

    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert path == path_of(route, store, (link(external_id="x-1", mfa_serial=SERIAL),))
    assert "987654" not in path.read_text()  # the code


def test_many_that_find_the_cache_cold_make_one_call(
    chain: Chain, route: Route, store: NativeStore, clock: FakeClock, tmp_path: Path
) -> None:
    http = ScriptedHttp(chain.assumed())
    together = threading.Barrier(8)

    def ask(_number: int) -> str:
        together.wait()
        chained = ChainRoute(route, (link(),), STS)
        locks = tmp_path / "locks"
        return (
            plan(chained, store=store, http=http, clock=clock, lock_folder=locks)
            .fetch()
            .access_key_id
        )

    with ThreadPoolExecutor(8) as threads:
        served = set(threads.map(ask, range(8)))

    assert served == {"ASIAASSUMED1"}
    assert len(http.requests) == 1
