"""`lint --format sarif` is what SARIF's own schema says; the schema is Microsoft's package's."""

import json
import subprocess
import sys
from pathlib import Path

import fastjsonschema
import pytest

from sekisho.lint.catalogue import RULES

CONFIG = """\
[profile 開発]
sso_sssion = hoge
sso_account_id = 1234567891011
[sso-session hoge]
sso_start_url = https://hoge.awsapps.com/start
"""


@pytest.fixture(scope="module")
def schema(node_modules: Path) -> dict[str, object]:
    (path,) = (node_modules / "@microsoft/jest-sarif/lib/schemas").glob("sarif-2.1.0*.json")
    read: dict[str, object] = json.loads(path.read_bytes())
    read.pop("$schema")  # read as draft 7, which means the same here, and knows `uri-reference`
    return read


@pytest.mark.parametrize("config", [CONFIG, ""], ids=["with findings", "without"])
def test_the_report_is_valid_sarif(schema: dict[str, object], tmp_path: Path, config: str) -> None:
    (tmp_path / "config").write_text(config, encoding="utf-8")

    run = subprocess.run(
        [sys.executable, "-m", "sekisho", "lint", "--format", "sarif", "config"],
        cwd=tmp_path,
        env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert run.returncode == (1 if config else 0), run.stderr
    report = json.loads(run.stdout)
    fastjsonschema.validate(schema, report)
    (only,) = report["runs"]
    assert [rule["id"] for rule in only["tool"]["driver"]["rules"]] == [rule.id for rule in RULES]
    for result in only["results"]:
        assert RULES[result["ruleIndex"]].id == result["ruleId"]
        (location,) = result["locations"]
        assert location["physicalLocation"]["artifactLocation"]["uri"] == "config"
    assert bool(only["results"]) is bool(config)
