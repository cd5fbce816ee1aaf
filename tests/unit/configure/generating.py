"""What the tests of `generate` generate from: a config, two accounts, and wishes."""

from collections.abc import Sequence
from pathlib import Path

from sekisho.aws.portal import Account
from sekisho.awsconfig.locate import ConfigFiles
from sekisho.awsconfig.profiles import interpret, sso_profile
from sekisho.configure.generate import Generation, generate
from sekisho.configure.generate_names import DEFAULT_TEMPLATE, parse_template
from sekisho.configure.generate_rules import AccountRule
from sekisho.configure.generate_wanted import By, Listed, Wishes
from sekisho.login.assignments import AssignedAccount
from sekisho.model import (
    AccountId,
    Region,
    RoleName,
    SessionName,
    SignInTarget,
    StartUrl,
)
from sekisho.reach.policy import parse_policy

__all__ = [
    "DEV",
    "FILES",
    "HOGE",
    "MINE",
    "SESSIONS",
    "STG",
    "URL",
    "account",
    "both",
    "made",
    "resolved",
    "text",
]

FILES = ConfigFiles(Path("/home/you/.aws/config"), Path("/home/you/.aws/credentials"))
URL = StartUrl("https://hoge.awsapps.com/start")
SESSIONS = """\
[sso-session hoge]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
sso_registration_scopes = sso:account:access
"""
MINE = "# mine\n[profile mine]\nregion = eu-west-1 \n\n"
HOGE = SignInTarget(URL, Region("us-east-1"), SessionName("hoge"), ("sso:account:access",))
DEV, STG = "hoge-dev", "hoge-stg"


def account(number: int, name: str | None, *roles: str) -> AssignedAccount:
    found = Account(AccountId(f"{number:012}"), name, None)
    return AssignedAccount(found, tuple(map(RoleName, roles)))


def both(*roles: str) -> tuple[AssignedAccount, ...]:
    return account(1, DEV, *roles or ("Admin",)), account(2, STG, *roles or ("Admin",))


def made(
    config: str,
    accounts: Sequence[AssignedAccount] = (),
    *,
    template: str = DEFAULT_TEMPLATE,
    credentials: str | None = None,
    listed: Sequence[Listed] = (),
    by: By = By.SESSION,
    region: str | None = None,
    regions: Sequence[AccountRule] = (),
    sessions: Sequence[AccountRule] = (),
    policy: str = "",
    prune: bool = False,
) -> Generation:
    return generate(
        config.encode(),
        None if credentials is None else credentials.encode(),
        FILES,
        listed or [Listed(HOGE, tuple(accounts))],
        Wishes(
            template=parse_template(template),
            by=by,
            sessions=tuple(sessions),
            regions=tuple(regions),
            region=None if region is None else Region(region),
            policy=parse_policy(policy.encode(), Path("policy.toml")),
            prune=prune,
        ),
    )


def text(plan: Generation) -> str:
    return plan.after.decode()


def resolved(plan: Generation, name: str) -> tuple[str | None, ...]:
    """Session, account, role and Region of a profile in the result."""
    profile = sso_profile(interpret(plan.after, None, FILES), name)
    assert profile.role is not None
    session = profile.target.session
    return session, profile.role.account_id, profile.role.role_name, profile.region
