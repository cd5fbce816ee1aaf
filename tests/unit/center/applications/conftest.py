"""A center with the keys of one identity provider, and applications made by AWS's own clients."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sekisho.testing.clock import FakeClock
from tests.unit.center.administration.conftest import Clients, clients, clock, instance
from tests.unit.center.applications.scene import ISSUER, Gatehouse, Provider
from tests.unit.center.scene import Build, World

__all__ = ["clients", "clock", "instance"]

Found = Callable[..., Gatehouse]


@pytest.fixture
def provider(tmp_path: Path, clock: FakeClock) -> Provider:
    made = Provider(tmp_path / "idp-keys.json", clock)
    made.publish()
    return made


@pytest.fixture
def world(build: Build, provider: Provider) -> World:
    return build(token_issuer_keys={ISSUER: provider.file})


@pytest.fixture
def found(world: World, clients: Clients) -> Found:
    """Found an application, whose own server has credentials of the role `VIEW` in `STG`."""
    admin, oidc = clients("sso-admin"), clients("sso-oidc", "fuga@hoge.com")
    return lambda name="gatehouse": Gatehouse(world, admin, oidc, name)


@pytest.fixture
def gatehouse(found: Found) -> Gatehouse:
    """An application that trusts the provider."""
    return found().trust()
