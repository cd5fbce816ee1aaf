"""`docs/center/token-issuers.md`, run from the very text that people copy, by boto3."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from sekisho.adapters.clock import SystemClock
from sekisho.center import rolekeys
from sekisho.center.app import build_app
from sekisho.center.background import serving
from sekisho.center.center import Center
from sekisho.center.controls import Controls
from sekisho.center.directory import people
from sekisho.secret import Secret
from tests.meta.source import ROOT
from tests.unit.center.scene import ADMIN, DEV, PASSWORD, PERSON, PLAIN, STG, settings_in

GUIDE = (ROOT / "docs/center/token-issuers.md").read_text(encoding="utf-8")
SCRIPTS = dict(re.findall(r"```python\n# (\w+\.py)\n(.*?)```", GUIDE, re.DOTALL))


def run(folder: Path, environ: Mapping[str, str], name: str, *argv: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", SCRIPTS[name], *argv],
        cwd=folder,
        env={**os.environ, **environ},
        capture_output=True,
        encoding="utf-8",
        check=True,
    ).stdout


def test_the_guide_leads_from_keys_to_accounts(tmp_path: Path) -> None:
    run(tmp_path, {}, "provider.py", PERSON)
    controls = Controls(SystemClock(), Secret("not-a-secret"))
    keys = {"https://idp.example.com": tmp_path / "idp-keys.json"}
    app = build_app(
        settings_in(tmp_path, token_issuer_keys=keys), clock=SystemClock(), controls=controls
    )
    with serving(app, controls) as url:
        environ = administrators(app.state.center, url)
        application = run(tmp_path, environ, "set_up.py", DEV).strip()
        listed = run(tmp_path, environ, "exchange.py", application)

    assert len(SCRIPTS) == GUIDE.count("```python") == 3
    assert [line.split()[0] for line in listed.splitlines()] == [DEV, PLAIN, STG]


def administrators(center: Center, url: str) -> dict[str, str]:
    """The variables of a shell with an administrator's role credentials, and the endpoints."""
    user = people.authenticate(center, PERSON, PASSWORD)
    assert isinstance(user, people.User)
    issued = rolekeys.issue(center, user, DEV, ADMIN)
    return {
        "AWS_ACCESS_KEY_ID": issued.access_key_id,
        "AWS_SECRET_ACCESS_KEY": issued.secret_access_key.reveal(),
        "AWS_SESSION_TOKEN": issued.session_token.reveal(),
        "AWS_CONFIG_FILE": os.devnull,
        **{f"AWS_ENDPOINT_URL_{name}": url for name in ("SSO_ADMIN", "SSO_OIDC", "SSO")},
    }
