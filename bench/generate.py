"""`./dev bench generate`: 3,000 accounts with four roles each, beside the floor of the rate limit.

The center runs in this process with its limits on, and some calls are refused or fail; the command is
a process of its own. No client can be done sooner than the calls that it takes, at 20 a second.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.sections import write_section
from sekisho.aws.pace import PORTAL_CALLS_PER_SECOND
from sekisho.testing import AwsHome, IdentityCenter, open_identity_center
from sekisho.testing.aws_home import environ_of

_ACCOUNTS = 3_000
_ROLES = ("AdministratorAccess", "BillingAccess", "ReadOnlyAccess", "SupportAccess")
_THROTTLED, _FAILED = 4, 12
_MOST = 1.1
_SECTION = """
## A profile for every account and role

`sekisho generate` against a center with its limits on: {accounts:,} accounts with {roles} roles each,
{throttled} calls throttled and {failed} failed with 503. The floor is what the calls take at {rate} a second.

| what | measured | aim |
|---|---|---|
| calls, each needed one once | {needed:,} | |
| calls that were made | {made:,} | |
| the whole command, times the floor | {times:.2f} | at most {most:.2f}: {met} |
| profiles written | {profiles:,} | |
| a second run: bytes of the config that changed | {changed} | none |
"""


def main() -> None:
    """Measure once, print it, and write the section of docs/performance.md."""
    with tempfile.TemporaryDirectory(prefix="sekisho-bench-") as name:
        folder = Path(name)
        (folder / "center").mkdir()
        with open_identity_center(folder / "center", directory=_organisation()) as center:
            text = _measured(center, folder)
    print(text)
    write_section("generate", text)


def _measured(center: IdentityCenter, folder: Path) -> str:
    path = folder / "home"
    home = AwsHome(
        path,
        environ_of(path, center.environ, {"PATH": str(Path(sys.executable).parent)}),
        start_url=center.start_url,
        region=center.region,
    )
    center.person().sign_in(home)
    center.faults.throttle("ListAccountRoles", count=_THROTTLED)
    center.faults.break_down("ListAccountRoles", status=503, count=_FAILED)
    began = time.perf_counter()
    _run(home)
    took = time.perf_counter() - began
    made = center.count("ListAccounts") + center.count("ListAccountRoles")
    needed = made - _THROTTLED - _FAILED
    times = took / (needed / PORTAL_CALLS_PER_SECOND)
    written = home.config.read_bytes()
    _run(home)
    return _SECTION.format(
        accounts=_ACCOUNTS,
        roles=len(_ROLES),
        throttled=_THROTTLED,
        failed=_FAILED,
        rate=PORTAL_CALLS_PER_SECOND,
        needed=needed,
        made=made,
        times=times,
        most=_MOST,
        met="met" if times <= _MOST else "**missed**",
        profiles=written.count(b"\n[profile "),
        changed="none" if home.config.read_bytes() == written else "**some**",
    )


def _run(home: AwsHome) -> None:
    command = (sys.executable, "-m", "sekisho", "generate", "--yes", "--region", "us-east-1")
    subprocess.run(command, env=home.environ, check=True, capture_output=True)


def _organisation() -> dict[str, object]:
    names = [
        f"team{number // 3}-{('dev', 'stg', 'prod')[number % 3]}" for number in range(_ACCOUNTS)
    ]
    who = {"group": "engineers", "accounts": names}
    return {
        "instance": {
            "start_urls": ["https://hoge.awsapps.com/start"],
            "region": "us-east-1",
            "session_duration": "8h",
        },
        "accounts": [{"id": f"{number:012}", "name": name} for number, name in enumerate(names)],
        "permission_sets": [{"name": role, "session_duration": "1h"} for role in _ROLES],
        "groups": [{"name": "engineers"}],
        "users": [
            {
                "name": "hoge@hoge.com",
                "password": "obviously-not-a-real-one",
                "groups": ["engineers"],
            }
        ],
        "assignments": [{**who, "permission_set": role} for role in _ROLES],
    }


if __name__ == "__main__":
    main()
