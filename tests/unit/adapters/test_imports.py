"""What is not used is not loaded: a command that only reads a cache pays for no network."""

import subprocess
import sys

import pytest

HEAVY = ("urllib3", "truststore", "ssl", "botocore", "webbrowser")


@pytest.mark.parametrize(
    "module",
    [
        "sekisho.adapters.browser",
        "sekisho.adapters.clock",
        "sekisho.adapters.terminal",
        "sekisho.aws.endpoint",
        "sekisho.aws.portal",
        "sekisho.wire.sigv4",
    ],
)
def test_a_light_module_loads_no_heavy_one(module: str) -> None:
    program = f"import sys, {module}; print(*[name for name in {HEAVY} if name in sys.modules])"
    loaded = subprocess.run(
        [sys.executable, "-c", program],
        check=True,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": ":".join(sys.path)},
    )

    assert loaded.stdout == "\n"
