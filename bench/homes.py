"""Scratch homes: signed in, role credentials cached, and as many profiles as wanted."""

import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

from sekisho import quick
from sekisho.adapters.clock import SystemClock
from sekisho.model import (
    AccountId,
    Form,
    Region,
    Role,
    RoleCredentials,
    RoleName,
    StartUrl,
    TokenKey,
)
from sekisho.secret import Secret
from sekisho.store.interface import CachedToken, TokenRecord
from sekisho.store.keys import sha256_hex
from sekisho.store.native import NativeStore

__all__ = ["PROFILE", "signed_in"]

PROFILE = "p1"
_TOKEN = "FAKETOKEN" * 60  # as long as a real one
_SESSION = """\
[sso-session hoge]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
sso_registration_scopes = sso:account:access
"""
_PROFILE = """
[profile p{number}]
sso_session = hoge
sso_account_id = {number:012}
sso_role_name = AdministratorAccess
region = ap-northeast-1
output = json
"""


def signed_in(home: Path, profiles: int, base: dict[str, str]) -> dict[str, str]:
    """Make `home` with that many profiles, and walk the long way once; return its environment.

    Raises `RuntimeError` when the short way does not open after it: a ratio of the long way
    would stand where one of the short way is promised.
    """
    environ = {**base, "HOME": str(home)}
    config = home / ".aws" / "config"
    config.parent.mkdir(parents=True)
    sections = [_PROFILE.format(number=number) for number in range(1, profiles + 1)]
    config.write_text(_SESSION + "".join(sections), encoding="utf-8")
    _fill(NativeStore(home, Path(quick.state_folder(environ)), SystemClock()))
    asked = ["credential-process", "--profile", PROFILE]
    subprocess.run(
        [sys.executable, "-m", "sekisho", *asked], env=environ, check=True, capture_output=True
    )
    if quick.serve(asked, environ, time.time) is None:
        raise RuntimeError("the short way did not open")
    return environ


def _fill(store: NativeStore) -> None:
    until = store.clock.now() + timedelta(hours=8)
    key = TokenKey(Form.SSO_SESSION, "hoge")
    place = (StartUrl("https://hoge.awsapps.com/start"), Region("us-east-1"))
    endpoints = (
        "https://oidc.us-east-1.amazonaws.com",
        "https://portal.sso.us-east-1.amazonaws.com",
    )
    digest = sha256_hex(_TOKEN)
    token = CachedToken(*place, Secret(_TOKEN), until, "FAKE", Secret("FAKE"), until, None)
    store.put_token(key, token, TokenRecord(digest, *place, *endpoints, "hoge@hoge.com", ()))
    role = Role(AccountId(f"{1:012}"), RoleName("AdministratorAccess"))
    secrets = (Secret("fakesecret" * 4), Secret("FAKESESSION" * 80))
    store.put_issued(key, digest, RoleCredentials("ASIAFAKE", *secrets, until, role))
