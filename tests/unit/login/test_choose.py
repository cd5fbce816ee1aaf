from collections.abc import Mapping

import pytest

from sekisho.login.choose import Choice, Surroundings, choose_flow
from sekisho.login.interface import Flow, SignInOptions
from tests.unit.login.scene import LEGACY, SESSION

DISPLAY = {"DISPLAY": ":0"}
SSH = {"SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22"}


def _choose(
    environ: Mapping[str, str],
    *,
    options: SignInOptions | None = None,
    platform: str = "linux",
    in_container: bool = False,
) -> Choice:
    surroundings = Surroundings(platform, environ, in_container=in_container)
    return choose_flow(SESSION, options or SignInOptions(), surroundings)


def test_the_legacy_form_always_has_the_device_code() -> None:
    choice = choose_flow(
        LEGACY, SignInOptions(callback_port=8080), Surroundings("darwin", {}, in_container=False)
    )

    assert choice.flow is Flow.DEVICE_CODE
    assert "legacy" in choice.why


@pytest.mark.parametrize(
    ("environ", "platform"),
    [
        (DISPLAY, "linux"),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux"),
        ({}, "darwin"),
        ({"WSL_DISTRO_NAME": "Debian"}, "linux"),
        ({"WSL_INTEROP": "/run/WSL/1_interop"}, "linux"),
        ({"BROWSER": "firefox"}, "linux"),
        ({"BROWSER": "firefox", **SSH}, "linux"),
    ],
)
def test_where_a_browser_can_be_opened_it_is_pkce(
    environ: Mapping[str, str], platform: str
) -> None:
    assert _choose(environ, platform=platform).flow is Flow.PKCE


@pytest.mark.parametrize(
    ("environ", "in_container", "why"),
    [
        ({}, False, "there is no display"),
        ({"DISPLAY": ""}, False, "there is no display"),
        ({**SSH, **DISPLAY}, False, "this is an SSH session"),
        ({"SSH_TTY": "/dev/pts/0", **DISPLAY}, False, "this is an SSH session"),
        (DISPLAY, True, "this is a container"),
        ({"BROWSER": "", **SSH}, False, "this is an SSH session"),
    ],
)
def test_where_none_can_it_is_the_device_code_and_the_reason_is_said(
    environ: Mapping[str, str], in_container: bool, why: str
) -> None:
    choice = _choose(environ, in_container=in_container)

    assert choice.flow is Flow.DEVICE_CODE
    assert choice.why.startswith(why)


def test_a_browser_that_is_named_counts_in_a_container_too() -> None:
    assert _choose({"BROWSER": "helper"}, in_container=True).flow is Flow.PKCE


def test_the_device_code_can_be_asked_for() -> None:
    choice = _choose(DISPLAY, options=SignInOptions(use_device_code=True, callback_port=8080))

    assert choice == Choice(Flow.DEVICE_CODE, "--use-device-code was given")


def test_a_callback_port_keeps_pkce_over_ssh() -> None:
    assert _choose(SSH, options=SignInOptions(callback_port=8080)).flow is Flow.PKCE


@pytest.mark.parametrize("environ", [DISPLAY, SSH, {}])
def test_no_browser_keeps_the_flow(environ: Mapping[str, str]) -> None:
    with_browser = _choose(environ)

    assert _choose(environ, options=SignInOptions(no_browser=True)) == with_browser
