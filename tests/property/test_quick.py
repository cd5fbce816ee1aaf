"""Whatever the short way serves, the long way would serve."""

import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho import quick
from sekisho.awsconfig.locate import locate
from sekisho.errors import SekishoError
from tests.unit.quick_machine import CHANGES, CONFIG, Machine, patch, token_file

homes = st.sampled_from(["/home/you", "/home/you/", "/home/ü"])
spellings = st.sampled_from([None, "/etc/aws", "~/x", "~", "rel/x", "/a//b", "~/", "./x", "~/ü"])


@given(homes, spellings, spellings, spellings, spellings, spellings)
def test_the_short_way_finds_the_config_where_the_long_way_does(
    home: str,
    config: str | None,
    credentials: str | None,
    made: str | None,
    own: str | None,
    own_credentials: str | None,
) -> None:
    environ = {"HOME": home}
    named = {
        "AWS_CONFIG_FILE": config,
        "AWS_SHARED_CREDENTIALS_FILE": credentials,
        "SEKISHO_EXEC_CONFIG_FILE": made,
        "SEKISHO_OWN_CONFIG_FILE": own,
        "SEKISHO_OWN_CREDENTIALS_FILE": own_credentials,
    }
    environ |= {name: path for name, path in named.items() if path is not None}
    located = locate(environ, Path(home))
    try:
        found = [Path(path) for path in quick._config_files(environ)]
    except quick._Doubt:
        return

    assert found == [located.config, located.credentials]


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


PROFILE = "sso_account_id = 1234567891011\nsso_role_name = AdministratorAccess\n"
SESSION = "sso_start_url = https://hoge.awsapps.com/start\nsso_region = us-east-1\n"
CORPUS = {
    "a session": f"[sso-session s]\n{SESSION}[profile dev]\nsso_session = s\n{PROFILE}",
    "the legacy form": f"[profile dev]\n{SESSION}{PROFILE}",
    "a session after its profile": f"[profile dev]\nsso_session=s\n{PROFILE}[sso-session s]\n{SESSION}",
    "CRLF": f"[sso-session s]\n{SESSION}[profile dev]\nsso_session = s\n{PROFILE}".replace(
        "\n", "\r\n"
    ),
    "comments": f"# one\n[sso-session s]\n; two\n{SESSION}\n[profile dev] # three\nsso_session = s\n{PROFILE}",
    "quoted names": f'[sso-session "a b"]\n{SESSION}[profile "dev"]\nsso_session = a b\n{PROFILE}',
    "a session that is not ASCII": f"[sso-session 関所]\n{SESSION}[profile dev]\nsso_session = 関所\n{PROFILE}",
    "services": f"[services x]\nsso =\n  endpoint_url = http://127.0.0.1:8765\n[profile dev]\nservices = x\n{SESSION}{PROFILE}",
    "an endpoint": f"[profile dev]\nendpoint_url = http://127.0.0.1:8765\n{SESSION}{PROFILE}",
    "China": f"[profile dev]\n{SESSION.replace('us-east-1', 'cn-north-1')}{PROFILE}",
    "both forms that agree": f"[sso-session s]\n{SESSION}[profile dev]\nsso_session = s\n{SESSION}{PROFILE}",
    "other profiles": f"[default]\nregion = x\n[profile stg]\n{SESSION}[profile dev]\n{SESSION}{PROFILE}",
}
BROKEN: dict[str, Callable[[str], str]] = {
    "another line": lambda text: text + "nonsense\n",
    "a second profile of that name": lambda text: text + "[profile dev]\nregion = x\n",
    "a key twice": lambda text: text + "region = a\nregion = b\n",
    "a byte order mark": lambda text: "\N{ZERO WIDTH NO-BREAK SPACE}" + text,
    "no role": lambda text: text.replace("sso_role_name", "sso_rol_name"),
    "a role chain": lambda text: text + "role_arn = arn:aws:iam::1:role/x\nsource_profile = dev\n",
    "another start URL": lambda text: text.replace("hoge.awsapps", "fuga.awsapps"),
    "nothing at all": lambda _: "",
}


@pytest.mark.parametrize("name", CORPUS)
def test_over_the_corpus_the_short_way_answers_as_the_long_way(tmp_path: Path, name: str) -> None:
    machine = Machine(tmp_path)
    machine.config.write_bytes(CORPUS[name].encode())
    machine.sign_in()
    long_way = machine.long_way()

    assert long_way is not None
    assert machine.short_way() == long_way


@pytest.mark.parametrize("broken", BROKEN)
@pytest.mark.parametrize("name", CORPUS)
def test_an_edited_config_closes_the_short_way_whatever_it_says_now(
    tmp_path: Path, name: str, broken: str
) -> None:
    machine = Machine(tmp_path)
    machine.config.write_bytes(CORPUS[name].encode())
    machine.sign_in()
    assert machine.long_way() is not None
    machine.config.write_bytes(BROKEN[broken](CORPUS[name]).encode())

    assert machine.short_way() is None
