"""The client lists what the center assigns."""

from pathlib import Path

from sekisho.login.assignments import assignments
from tests.flow.world import CENTER, LOGIN, PERSON, SESSION, World


def test_a_signed_in_person_sees_accounts_and_roles(world: World, tmp_path: Path) -> None:
    world.sign_in(world.comes_back())

    found = assignments(
        target=SESSION,
        oidc=CENTER,
        portal=CENTER,
        store=world.store,
        http=world.http,
        clock=world.clock,
        lock_folder=tmp_path / "locks",
        login=LOGIN,
    )

    assert found.person == PERSON
    assert [(each.account.name, each.roles) for each in found.accounts] == [
        ("hoge-dev", ("AdministratorAccess",)),
        ("hoge-stg", ("AdministratorAccess",)),
    ]
