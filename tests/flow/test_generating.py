"""A large organisation's center, which fails now and then, and a config that is filled from it."""

import json
import re
from collections import Counter
from functools import partial
from pathlib import Path

import pytest

from sekisho.aws.pace import paced
from sekisho.awsconfig.locate import ConfigFiles
from sekisho.awsconfig.profiles import interpret, sso_profiles
from sekisho.center.app import build_app
from sekisho.center.settings import CenterSettings, PasswordCost
from sekisho.configure.generate import generate
from sekisho.configure.generate_names import DEFAULT_TEMPLATE, parse_template
from sekisho.configure.generate_wanted import By, Listed, Wishes
from sekisho.errors import SekishoError
from sekisho.login.assignments import Assignments, assignments
from sekisho.login.crew import in_parallel
from sekisho.testing.browser import FakeBrowser
from sekisho.testing.clock import FakeClock
from sekisho.testing.http import InterposedHttp, failure
from sekisho.testing.memory import MemoryHttp
from sekisho.testing.progress import NotedProgress
from sekisho.wire.http import Request, Response
from tests.flow.world import CENTER, LOGIN, PASSWORD, PERSON, SESSION, START_URL, World

ACCOUNTS = 3_000
SOME = 300
"""Of them, for what shows with fewer."""
ROLES = ("AdministratorAccess", "BillingAccess", "ReadOnlyAccess", "SupportAccess")
RATE = 20
FILES = ConfigFiles(Path("/home/you/.aws/config"), Path("/home/you/.aws/credentials"))
OWN = f"""\
# written by hand
[profile mine]
region = eu-west-1

[sso-session hoge-dev]
sso_start_url = {START_URL}
sso_region = us-east-1
sso_registration_scopes = sso:account:access
""".encode()


class Faults:
    """Throttles some accounts, and breaks down at others, a few times each."""

    def __init__(self) -> None:
        self.left = Counter[str]()
        self.done = Counter[int]()
        for number in range(ACCOUNTS):
            if number % 10 == 7:
                self.left[f"{number:012}"] = 1 + number % 4

    def __call__(self, request: Request) -> Response | None:
        asked = re.search(r"account_id=(\d+)", request.url)
        if asked is None or not self.left[asked[1]]:
            return None
        self.left[asked[1]] -= 1
        status = 429 if int(asked[1]) % 3 else 503
        self.done[status] += 1
        if status == 429:
            answer = failure(429, "TooManyRequestsException")
            return Response(429, answer.headers.with_("Retry-After", "1"), answer.body)
        return failure(503, "ServiceUnavailable")


def organisation(size: int) -> str:
    accounts = [
        {"id": f"{number:012}", "name": f"team{number // 3}-{('dev', 'stg', 'prod')[number % 3]}"}
        for number in range(size)
    ]
    return json.dumps(
        {
            "instance": {"start_urls": [START_URL], "region": "us-east-1"},
            "accounts": accounts,
            "permission_sets": [{"name": name, "session_duration": "1h"} for name in ROLES],
            "groups": [{"name": "engineers"}],
            "users": [{"name": PERSON, "password": PASSWORD.reveal(), "groups": ["engineers"]}],
            "assignments": [
                {
                    "group": "engineers",
                    "accounts": [account["name"] for account in accounts],
                    "permission_set": role,
                }
                for role in ROLES
            ],
        }
    )


def signed_in(tmp_path: Path, size: int) -> World:
    """A center with so many accounts, and a machine that is signed in to it."""
    (tmp_path / "large.yaml").write_text(organisation(size))
    clock = FakeClock()
    settings = CenterSettings(
        database="sqlite://",
        keys=tmp_path / "keys",
        directory=tmp_path / "large.yaml",
        password_cost=PasswordCost(rounds=1, memory_kib=8, lanes=1),
    )
    center = MemoryHttp(build_app(settings, clock=clock))
    home = tmp_path / "home"
    home.mkdir()
    world = World(center, clock, home, center, FakeBrowser(), NotedProgress())
    world.sign_in(world.comes_back(), role=None)
    return world


def listed(world: World, rule: Faults, moments: list[float]) -> Assignments:
    """Ask as `sekisho generate` does, with `rule` in the way."""

    def note(request: Request) -> Response | None:
        moments.append(world.clock.monotonic())
        return rule(request)

    faulty = InterposedHttp(world.center, note)
    return assignments(
        target=SESSION,
        oidc=CENTER,
        portal=CENTER,
        store=world.store,
        http=paced(faulty, world.clock, per_second=RATE),
        clock=world.clock,
        lock_folder=world.home / "locks",
        login=LOGIN,
        spread=partial(in_parallel, workers=8),
    )


def test_every_account_is_listed_whole_at_the_granted_rate_and_generated_once(
    tmp_path: Path,
) -> None:
    large = signed_in(tmp_path, ACCOUNTS)
    faults, moments = Faults(), list[float]()

    found = listed(large, faults, moments)

    assert len(found.accounts) == ACCOUNTS
    assert all(account.roles == ROLES for account in found.accounts)
    assert faults.done[429] > 10
    assert faults.done[503] > 10
    moments.sort()
    ahead = zip(moments, moments[RATE:], strict=False)
    assert all(later - earlier > 0.999 for earlier, later in ahead)

    wishes = Wishes(template=parse_template(DEFAULT_TEMPLATE), by=By.ENVIRONMENT)
    lists = [Listed(SESSION, found.accounts)]
    plan = generate(OWN, None, FILES, lists, wishes)
    profiles = sso_profiles(interpret(plan.after, None, FILES))

    assert len(profiles) == ACCOUNTS * len(ROLES)
    assert Counter(profile.target.session for profile in profiles) == {
        f"hoge-{word}": ACCOUNTS * len(ROLES) // 3 for word in ("dev", "stg", "prod")
    }
    assert plan.after.startswith(OWN)
    assert generate(plan.after, None, FILES, lists, wishes).after == plan.after


def test_a_service_that_goes_down_for_good_is_given_up(tmp_path: Path) -> None:
    asked: list[float] = []
    world = signed_in(tmp_path, SOME)

    class Down(Faults):
        def __call__(self, request: Request) -> Response | None:
            return failure(503, "ServiceUnavailable") if len(asked) > 50 else None

    with pytest.raises(SekishoError, match="ListAccountRoles"):
        listed(world, Down(), asked)

    assert len(asked) < 200
