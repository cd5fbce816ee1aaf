"""Other people's JavaScript is there, and is what the lock file says."""

import json
import subprocess
from pathlib import Path

from tests.meta.source import ROOT


def test_node_finds_the_packages_of_the_lock_file(node: str, node_modules: Path) -> None:
    wanted = json.loads((ROOT / "tests/js/package.json").read_bytes())["devDependencies"]
    lock = json.loads((ROOT / "tests/js/package-lock.json").read_bytes())["packages"]
    ask = """
        for (const name of process.argv.slice(1)) {
            console.log(require(`${name}/package.json`).version)
        }"""
    run = subprocess.run(
        [node, "-e", ask, *wanted],
        cwd=node_modules.parent,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert run.returncode == 0, run.stderr
    assert run.stdout.split() == [lock[f"node_modules/{name}"]["version"] for name in wanted]
