"""The short way: what it serves, what it leaves alone, and that both ways always agree."""

import json
import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import platformdirs.macos
import platformdirs.unix
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho import quick
from sekisho.adapters.clock import SystemClock
from sekisho.aws.endpoint import Service, resolve
from sekisho.awsconfig.locate import locate
from sekisho.awsconfig.profiles import endpoint_overrides, read, sso_profile
from sekisho.credentials.cached import MARGIN
from sekisho.credentials.formats import process_json
from sekisho.credentials.plan import Route, plan
from sekisho.errors import SekishoError
from sekisho.model import RoleCredentials
from sekisho.ports import Clock
from sekisho.secret import Secret
from sekisho.store import keys
from sekisho.store.interface import CachedToken, TokenRecord
from sekisho.store.keys import sha256_hex
from sekisho.store.native import NativeStore
from sekisho.testing.clock import FakeClock
from sekisho.testing.http import ScriptedHttp

CONFIG = """\
[sso-session hoge-dev]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1

[profile dev]
sso_session = hoge-dev
sso_account_id = 1234567891011
sso_role_name = AdministratorAccess
region = ap-northeast-1

[profile stg]
sso_session = hoge-dev
sso_account_id = 1234567891012
sso_role_name = AdministratorAccess
"""
SOURCE = Path(__file__).parents[2] / "src"


@dataclass
class Machine:
    """One person's home, with the short way and the long way through it."""

    folder: Path
    clock: Clock = field(default_factory=FakeClock)
    environ: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.environ |= {"HOME": str(self.home), "LANG": "C.UTF-8"}
        self.config.parent.mkdir(parents=True, exist_ok=True)
        self.config.write_text(CONFIG)

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def config(self) -> Path:
        return self.home / ".aws" / "config"

    @property
    def store(self) -> NativeStore:
        state = Path(quick.state_folder(self.environ))
        return NativeStore(Path(self.environ["HOME"]), state, self.clock)

    @property
    def note(self) -> Path:
        (note,) = (self.store.state / "quick").iterdir()
        return note

    def route(self, name: str = "dev") -> Route:
        config = read(locate(self.environ, self.store.home))
        profile = sso_profile(config, name)
        overrides = endpoint_overrides(config, name)
        assert profile.role is not None
        return Route(
            profile.target,
            profile.role,
            profile.name,
            *(
                resolve(service, profile.target.region, environ=self.environ, overrides=overrides)
                for service in (Service.SSO_OIDC, Service.SSO)
            ),
        )

    def sign_in(
        self, text: str = "FAKETOKEN", key_id: str = "ASIAFAKE1", name: str = "dev"
    ) -> None:
        """Sign in, and have credentials issued, as `sekisho login --profile` does."""
        route = self.route(name)
        until = self.clock.now() + timedelta(hours=1)
        place = (route.target.start_url, route.target.region)
        token = CachedToken(*place, Secret(text), until, None, None, None, None)
        endpoints = (route.oidc.url, route.portal.url)
        record = TokenRecord(sha256_hex(text), *place, *endpoints, "hoge@hoge.com", ())
        self.store.put_token(route.target.token_key, token, record)
        self.issue(text, key_id, name)

    def issue(self, text: str, key_id: str, name: str) -> None:
        route, until = self.route(name), self.clock.now() + timedelta(hours=1)
        credentials = RoleCredentials(
            key_id, Secret(f"fake/{key_id}+"), Secret(f"FAKE {key_id}"), until, route.role
        )
        self.store.put_issued(route.target.token_key, sha256_hex(text), credentials)

    def long_way(self, name: str = "dev") -> str | None:
        """Serve from the cache, and leave a note; `None` where the service would be asked."""
        watched = quick.watch(name, self.environ)
        try:
            route = self.route(name)
            source = plan(
                route,
                store=self.store,
                http=ScriptedHttp(),
                clock=self.clock,
                lock_folder=self.folder / "locks",
            )
            answer = process_json(source.fetch())
        except (SekishoError, AssertionError):
            return None
        quick.remember(watched, route, environ=self.environ, store=self.store, clock=self.clock)
        return answer

    def short_way(self, *arguments: str) -> str | None:
        asked = arguments or ("credential-process", "--profile", "dev")
        return quick.serve(asked, self.environ, lambda: self.clock.now().timestamp())


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Signed in, and served once by the long way."""
    made = Machine(tmp_path)
    made.sign_in()
    assert made.long_way() is not None
    return made


def test_the_short_way_serves_what_the_long_way_served(machine: Machine) -> None:
    served = machine.short_way()

    assert served is not None
    assert served == machine.long_way()
    assert json.loads(served)["AccessKeyId"] == "ASIAFAKE1"


def test_without_a_note_there_is_no_short_way(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.sign_in()

    assert machine.short_way() is None


@pytest.mark.parametrize(
    "arguments",
    [
        ["credential-process", "--profile", "dev"],
        ["credential-process", "--profile=dev"],
        ["--profile", "dev", "credential-process"],
        ["--profile=dev", "credential-process"],
    ],
)
def test_the_option_may_stand_before_or_after_the_verb(
    machine: Machine, arguments: list[str]
) -> None:
    assert machine.short_way(*arguments) is not None


@pytest.mark.parametrize(
    "arguments",
    [
        ["credential-process"],
        ["credential-process", "--profile"],
        ["credential-process", "--profile="],
        ["credential-process", "--profile", "stg"],
        ["credential-process", "--prof", "dev"],
        ["credential-process", "--profile", "dev", "--debug"],
        ["credential-process", "--profile", "dev", "--profile", "dev"],
        ["credential-process", "--help"],
        ["credential-process", "--profile", "--help"],
        ["export", "--profile", "dev"],
        ["--", "credential-process", "--profile", "dev"],
    ],
)
def test_any_other_command_line_goes_the_long_way(machine: Machine, arguments: list[str]) -> None:
    assert machine.short_way(*arguments) is None


CHANGES: dict[str, Callable[[Machine], object]] = {
    "the config has another byte": lambda m: m.config.write_text(CONFIG + "#"),
    "the config is gone": lambda m: m.config.unlink(),
    "a credentials file has come": lambda m: (m.config.parent / "credentials").touch(),
    "an endpoint variable is set": lambda m: m.environ.update(AWS_ENDPOINT_URL_SSO="http://[::1]"),
    "a variable of AWS is set": lambda m: m.environ.update(AWS_USE_FIPS_ENDPOINT="true"),
    "static keys are set": lambda m: m.environ.update(AWS_ACCESS_KEY_ID="AKIAFAKE"),
    "another config is named": lambda m: m.environ.update(AWS_CONFIG_FILE="/nowhere"),
    "the home is another": lambda m: m.environ.update(HOME=str(m.folder / "other")),
    "the home is unknown": lambda m: m.environ.pop("HOME"),
    "the state folder is another": lambda m: m.environ.update(XDG_STATE_HOME=str(m.folder)),
    "somebody else signed in": lambda m: m.sign_in("FAKEOTHER", "ASIAFAKE2"),
    "the token is gone": lambda m: token_file(m).unlink(),
    "the token was refreshed": lambda m: token_file(m).write_bytes(b'{"accessToken": "FAKE"}'),
    "the token file is torn": lambda m: token_file(m).write_bytes(b""),
    "the record is gone": lambda m: record_file(m).unlink(),
    "the record is another": lambda m: m.issue("FAKETOKEN", "ASIAFAKE3", "stg"),
    "the role credentials are gone": lambda m: role_file(m).unlink(),
    "the role credentials are others": lambda m: m.issue("FAKETOKEN", "ASIAFAKE2", "dev"),
    "the note is gone": lambda m: m.note.unlink(),
    "the note is torn": lambda m: m.note.write_bytes(m.note.read_bytes()[:-1]),
    "the note is empty": lambda m: m.note.write_bytes(b""),
    "the note says another time": lambda m: patch(m.note, b"\n1", b"\n2"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_when_anything_has_changed_the_long_way_must_say(machine: Machine, change: str) -> None:
    CHANGES[change](machine)

    assert machine.short_way() is None


def token_file(machine: Machine) -> Path:
    return keys.token_file(machine.home, machine.route().target.token_key)


def record_file(machine: Machine) -> Path:
    key = machine.route().target.token_key
    return keys.record_file(machine.store.state, machine.home, key)


def role_file(machine: Machine) -> Path:
    route = machine.route()
    return keys.role_file(machine.home, route.target.token_key, route.role)


def patch(path: Path, old: bytes, new: bytes) -> None:
    assert old in path.read_bytes()
    path.write_bytes(path.read_bytes().replace(old, new, 1))


def test_a_note_of_another_version_is_none_though_its_seal_fits(machine: Machine) -> None:
    head = machine.note.read_bytes().rpartition(b"\n")[0].replace(b"quick 1", b"quick 2")
    cached = [path(machine).read_bytes() for path in (token_file, record_file, role_file)]
    watched = quick.watch("dev", machine.environ)
    assert watched is not None
    machine.note.write_bytes(head + b"\n" + quick._seal(watched, head, cached))

    assert machine.short_way() is None


def test_every_single_bit_of_a_note_counts(machine: Machine) -> None:
    whole = machine.note.read_bytes()

    for position in range(len(whole)):
        machine.note.write_bytes(
            whole[:position] + bytes([whole[position] ^ 1]) + whole[position + 1 :]
        )
        assert machine.short_way() is None, position


@pytest.mark.parametrize("name", ["AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "EDITOR"])
def test_what_does_not_bear_on_the_answer_does_not_end_the_short_way(
    machine: Machine, name: str
) -> None:
    machine.environ[name] = "elsewhere"

    assert machine.short_way() is not None
    assert machine.short_way() == machine.long_way()


def test_the_short_way_ends_when_the_long_way_would_ask_the_service(machine: Machine) -> None:
    assert isinstance(machine.clock, FakeClock)
    machine.clock.advance(45 * 60)
    at_15_minutes = machine.short_way()
    machine.clock.advance(1)

    assert at_15_minutes is not None
    assert machine.short_way() is None


def test_both_ways_keep_the_same_margin() -> None:
    assert timedelta(seconds=quick._MARGIN_SECONDS) == MARGIN


def test_the_short_way_reopens_by_itself(machine: Machine) -> None:
    machine.sign_in("FAKEOTHER", "ASIAFAKE2")
    closed, walked = machine.short_way(), machine.long_way()

    assert closed is None
    assert machine.short_way() == walked
    assert walked is not None
    assert "ASIAFAKE2" in walked


def test_a_note_is_for_its_owner_alone_and_holds_no_secret(machine: Machine) -> None:
    note = machine.note.read_text()

    assert stat.S_IMODE(machine.note.stat().st_mode) == 0o600
    assert "FAKE" not in note
    assert "fake/" not in note


def test_a_config_that_changes_while_the_long_way_runs_leaves_no_note(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.sign_in()
    watched = quick.watch("dev", machine.environ)
    route = machine.route()
    machine.config.write_text(CONFIG.replace("1234567891011", "1234567891012"))
    quick.remember(
        watched, route, environ=machine.environ, store=machine.store, clock=machine.clock
    )

    assert not (machine.store.state / "quick").exists()


def test_a_note_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.sign_in()
    (machine.store.state / "quick").write_text("a file where the folder should be")

    assert machine.long_way() is not None
    assert machine.short_way() is None


@pytest.mark.parametrize("spelt", ["$HOME/.aws/config", "~root/config", "", "relative/config"])
def test_an_unusual_config_path_is_answered_alike_or_not_at_all(
    machine: Machine, spelt: str
) -> None:
    machine.environ["AWS_CONFIG_FILE"] = spelt

    assert machine.short_way() in (None, machine.long_way())


def test_a_config_that_comes_through_a_pipe_is_left_to_the_long_way(machine: Machine) -> None:
    pipe = machine.folder / "config.pipe"
    os.mkfifo(pipe)
    machine.environ["AWS_CONFIG_FILE"] = str(pipe)

    assert quick.watch("dev", machine.environ) is None
    assert machine.short_way() is None


homes = st.sampled_from(["/home/you", "/home/you/", "/home/ü"])
spellings = st.sampled_from([None, "/etc/aws", "~/x", "~", "rel/x", "/a//b", "~/", "./x", "~/ü"])


@given(homes, spellings, spellings)
def test_the_short_way_finds_the_config_where_the_long_way_does(
    home: str, config: str | None, credentials: str | None
) -> None:
    environ = {"HOME": home}
    named = {"AWS_CONFIG_FILE": config, "AWS_SHARED_CREDENTIALS_FILE": credentials}
    environ |= {name: path for name, path in named.items() if path is not None}
    located = locate(environ, Path(home))
    try:
        found = [Path(path) for path in quick._config_files(environ)]
    except quick._Doubt:
        return

    assert found == [located.config, located.credentials]


@pytest.mark.parametrize("xdg", [None, "", "relative", "/var/state", "/var/state/"])
@pytest.mark.parametrize(
    "platform, original",
    [("linux", platformdirs.unix.Unix), ("darwin", platformdirs.macos.MacOS)],
)
def test_the_state_folder_is_platformdirs_own(
    monkeypatch: pytest.MonkeyPatch,
    xdg: str | None,
    platform: str,
    original: type[platformdirs.PlatformDirsABC],
) -> None:
    monkeypatch.setenv("HOME", "/home/you")
    environ = {"HOME": "/home/you"}
    if xdg is not None:
        monkeypatch.setenv("XDG_STATE_HOME", xdg)
        environ["XDG_STATE_HOME"] = xdg

    assert quick.state_folder(environ, platform) == original("sekisho").user_state_dir


THINGS_THAT_HAPPEN: dict[str, Callable[[Machine], object]] = CHANGES | {
    "a minute passes": lambda m: m.clock.sleep(60),
    "half an hour passes": lambda m: m.clock.sleep(1800),
    "the long way is walked": lambda m: m.long_way(),
    "the long way is walked for another": lambda m: m.long_way("stg"),
    "the config is as it was": lambda m: m.config.write_text(CONFIG),
    "the config names another role": lambda m: m.config.write_text(
        CONFIG.replace("AdministratorAccess", "ReadOnlyAccess", 1)
    ),
    "the config names another region": lambda m: m.config.write_text(
        CONFIG.replace("us-east-1", "eu-west-1")
    ),
    "endpoint variables go": lambda m: m.environ.pop("AWS_ENDPOINT_URL_SSO", None),
    "the home is as it was": lambda m: m.environ.update(HOME=str(m.home)),
    "the same person signs in": lambda m: m.sign_in("FAKETHIRD", "ASIAFAKE4"),
    "signed in for stg": lambda m: m.sign_in("FAKESTG", "ASIAFAKE5", "stg"),
    "the token is by another tool": lambda m: patch(token_file(m), b"FAKE", b"MADE"),
}


@settings(max_examples=settings().max_examples // 3)  # each writes a home to the disk
@given(st.lists(st.sampled_from(sorted(THINGS_THAT_HAPPEN)), max_size=6))
def test_whatever_happens_the_short_way_serves_what_the_long_way_would(happen: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        machine = Machine(Path(folder))
        machine.sign_in()
        machine.long_way()
        for happening in happen:
            try:
                THINGS_THAT_HAPPEN[happening](machine)
            except (OSError, SekishoError, KeyError, ValueError, AssertionError, quick._Doubt):
                continue  # it cannot happen now: the file is gone already
            if "HOME" not in machine.environ:
                machine.environ["HOME"] = str(machine.home)
            served = machine.short_way()
            if served is not None:
                assert served == machine.long_way()


@pytest.fixture
def real_machine(tmp_path: Path) -> Machine:
    """As `machine`, by the real clock, for processes."""
    made = Machine(tmp_path, SystemClock(), {"PYTHONPATH": str(SOURCE)})
    made.sign_in()
    assert made.long_way() is not None
    return made


def test_the_program_takes_the_short_way(real_machine: Machine) -> None:
    command = [sys.executable, "-m", "sekisho", "credential-process", "--profile", "dev"]
    done = subprocess.run(command, env=real_machine.environ, capture_output=True, check=True)

    assert done.stdout.decode() == f"{real_machine.long_way()}\n"
    assert done.stderr == b""


def test_the_short_way_loads_nothing_that_python_has_not_loaded(real_machine: Machine) -> None:
    look = (
        "import sys, time, os; sys.argv = ['sekisho', 'credential-process', '--profile', 'dev']\n"
        "before = set(sys.modules)\n"
        "from sekisho.__main__ import main\n"
        "main()\n"
        "print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run(
        [sys.executable, "-c", look], env=real_machine.environ, capture_output=True, check=True
    )

    loaded = done.stdout.decode().splitlines()[-1].split()
    assert set(loaded) <= {"sekisho", "sekisho.__main__", "sekisho.quick", "_blake2"}
