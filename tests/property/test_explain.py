"""botocore is the oracle of `explain`: its values, and what it would use in an environment."""

import io
import os
import re
from collections.abc import Iterator, Mapping
from typing import Any

import botocore.session
import pytest
from botocore.credentials import ProcessProvider
from botocore.exceptions import BotoCoreError, ProfileNotFound
from hypothesis import example, given
from hypothesis import strategies as st

from sekisho.awsconfig.explain import explain
from sekisho.awsconfig.locate import ConfigFiles
from sekisho.awsconfig.masked import masked
from sekisho.awsconfig.origins import InFile
from sekisho.awsconfig.others import Tool, would_use
from sekisho.awsconfig.profiles import AwsConfig, interpret
from sekisho.errors import ConfigUnreadable
from tests.property.config_files import STORY, config_files
from tests.property.test_awsconfig_meaning import NAMES, Oracle

Picked = tuple[str, str | None, str | None]
"""Profile, Region and method; for a profile that is refused, its name alone."""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> ConfigFiles:
    folder = tmp_path_factory.mktemp("aws")
    return ConfigFiles(folder / "config", folder / "credentials")


@pytest.fixture(scope="module")
def botocores(files: ConfigFiles) -> Oracle:
    session = botocore.session.Session()
    session.set_config_variable("config_file", str(files.config))
    session.set_config_variable("credentials_file", str(files.credentials))
    return Oracle(files, session)


# --- values and their lines ------------------------------------------------------------------------


@given(config=config_files, credentials=st.none() | config_files)
@example(config=STORY.encode(), credentials=b"[stg east]\nregion = x\n[dev]\nREGION = y\n")
@example(config=b"[DEFAULT]\nregion = x\n[profile a]\n", credentials=None)
@example(
    config=b"[sso-session s]\nfoo = 1\nregion = x\n[profile a]\nsso_session = s\n",
    credentials=b"[a]\nfoo = 2\n",
)
def test_every_value_is_botocores_and_stands_where_it_is_said_to(
    config: bytes, credentials: bytes | None, botocores: Oracle
) -> None:
    meaning = _interpreted(config, credentials)
    theirs = botocores.meaning(config, credentials)

    assert (meaning is None) == (theirs is None)
    if meaning is None or theirs is None:
        return
    alone = interpret(config, None, NAMES)
    texts = {NAMES.config: config, NAMES.credentials: credentials or b""}
    sessions = dict(theirs["sso_sessions"])
    for name, scoped in theirs["profiles"]:
        settings = explain(meaning, alone, name, {}).settings
        found = {key: one.winner for key, one in settings.items() if _is_in_file(one.winner.origin)}
        laid_over = _sso_of(sessions.get(str(scoped.get("sso_session")), {}), scoped)
        assert {key: _plain(one.value) for key, one in found.items()} == {
            key: _plain(masked(key, value)) for key, value in {**scoped, **laid_over}.items()
        }
        for key, one in found.items():
            assert isinstance(one.origin, InFile)
            assert _key_on_line(texts[one.origin.file], one.origin.line) == key


def _interpreted(config: bytes, credentials: bytes | None) -> AwsConfig | None:
    try:
        return interpret(config, credentials, NAMES)
    except ConfigUnreadable:
        return None


def _is_in_file(origin: object) -> bool:
    return isinstance(origin, InFile)


def _sso_of(session: Mapping[str, Any], scoped: Mapping[str, Any]) -> dict[str, Any]:
    """What botocore's SSO provider takes from a session; a Region there counts for nothing."""
    never = {"region", "output", "services", "s3"} - scoped.keys()
    return {key: value for key, value in session.items() if key not in never}


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {key: str(inner) for key, inner in value.items()}
    return str(value)


def _key_on_line(data: bytes, number: int) -> str:
    lines = list(io.StringIO(data.decode("utf-8", "surrogateescape"), newline=None))
    return re.split("[=:]", lines[number - 1], maxsplit=1)[0].strip().lower()


# --- what would be used ----------------------------------------------------------------------------

_KEYS = {
    "sso_account_id": "123456789011",
    "sso_role_name": "ReadOnly",
    "sso_start_url": "https://hoge.awsapps.com/start",
    "sso_region": "us-east-1",
    "sso_session": "hoge",
    "role_arn": "arn:aws:iam::123456789012:role/r",
    "source_profile": "b",
    "web_identity_token_file": "/nowhere",
    "aws_access_key_id": "AKIAFAKE",
    "aws_secret_access_key": "fake",
    "credential_process": "/nowhere",
    "region": "eu-west-1",
}
_VARIABLES = {
    "AWS_PROFILE": "a",
    "AWS_DEFAULT_PROFILE": "b",
    "AWS_REGION": "us-west-1",
    "AWS_DEFAULT_REGION": "us-west-2",
    "AWS_ACCESS_KEY_ID": "AKIAFAKE",
    "AWS_SECRET_ACCESS_KEY": "fake",
    "AWS_WEB_IDENTITY_TOKEN_FILE": "/nowhere",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:9/",
}

_STATIC = "aws_access_key_id = AKIAFAKE\naws_secret_access_key = fake\n"

_section = st.lists(st.sampled_from(sorted(_KEYS)), max_size=4, unique=True).map(
    lambda keys: "".join(f"{key} = {_KEYS[key]}\n" for key in keys)
)
_environ = st.lists(st.sampled_from(sorted(_VARIABLES)), max_size=4, unique=True).map(
    lambda names: {name: _VARIABLES[name] for name in names}
)


def _written(names: tuple[str, ...], header: str, sections: list[str]) -> str:
    return "".join(
        f"[{header.format(name)}]\n{text}" for name, text in zip(names, sections, strict=False)
    )


@given(
    own=st.lists(_section, max_size=3),
    kept=st.lists(_section, max_size=2),
    environ=_environ,
)
@example(own=[_STATIC], kept=[], environ={"AWS_PROFILE": "a"})
@example(own=[_STATIC], kept=[_STATIC], environ={"AWS_PROFILE": "a"})
def test_botocore_would_use_what_we_say(
    own: list[str], kept: list[str], environ: dict[str, str], files: ConfigFiles
) -> None:
    config = _written(("profile a", "profile b", "default"), "{}", own)
    credentials = _written(("a", "b"), "{}", kept)
    files.config.write_text(config, encoding="utf-8")
    files.credentials.write_text(credentials, encoding="utf-8")
    meaning = interpret(config.encode(), credentials.encode(), files)

    choice = would_use(Tool.BOTOCORE, meaning, environ)

    ours = (choice.profile, choice.region, choice.method and choice.method.value)
    assert (ours if choice.found else (choice.profile, None, None)) == _picked(files, environ)


def _picked(files: ConfigFiles, environ: Mapping[str, str]) -> Picked:
    """What a session of botocore picks when it is made in `environ`."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environ.items():
            patch.setenv(name, value)
        patch.setenv("AWS_CONFIG_FILE", str(files.config))
        patch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(files.credentials))
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        patch.setenv("HOME", str(files.config.parent))
        session = botocore.session.Session()
        profile = session.profile or "default"
        try:
            session.get_scoped_config()
        except ProfileNotFound:
            return profile, None, None
        providers = session.get_component("credential_provider").providers
        method = next(_methods(providers, session), None)
        return profile, session.get_config_variable("region"), method


def _methods(providers: list[Any], session: botocore.session.Session) -> Iterator[str]:
    """Every provider that does not pass: one that finds something broken is asked no further."""
    for provider in providers:
        if isinstance(provider, ProcessProvider):
            provider = ProcessProvider(  # noqa: PLW2901  # the same, and nothing is run
                session.profile or "default", lambda: session.full_config, popen=_refuse
            )
        try:
            found = provider.load()
        except (BotoCoreError, OSError, KeyError):
            yield provider.METHOD
        else:
            if found is not None:
                yield provider.METHOD


def _refuse(*_: object, **__: object) -> None:
    raise OSError(os.strerror(2))
