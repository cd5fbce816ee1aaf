import base64
import re

import pytest

from sekisho.center import rolekeys
from sekisho.center.directory.people import User
from tests.unit.center.scene import ADMIN, DEV, PLAIN, STG, UNASSIGNED, VIEW, World


def account_in(access_key_id: str) -> int:
    """The account number, as offline tools read it: bits 7 to 46 of the first six bytes."""
    first = int.from_bytes(base64.b32decode(access_key_id[4:])[:6])
    return (first & 0x7FFFFFFFFF80) >> 7


@pytest.fixture
def user(world: World) -> User:
    return world.signed_in().user


def test_a_key_id_looks_like_awss_and_names_its_account() -> None:
    for account in ("000000000000", "111122223333", "999999999999"):
        key_id = rolekeys.access_key_id_for(account)

        assert re.fullmatch(r"ASIA[A-Z2-7]{16}", key_id)
        assert account_in(key_id) == int(account)
        assert key_id[4] >= "Q" or key_id[4].isdigit()


def test_an_id_that_does_not_fit_names_no_account() -> None:
    key_id = rolekeys.access_key_id_for(DEV)

    assert re.fullmatch(r"ASIA[A-Z2-7]{16}", key_id)
    assert account_in(key_id) == 0
    assert key_id[4] < "Q"


def test_key_ids_differ() -> None:
    assert len({rolekeys.access_key_id_for(DEV) for _ in range(100)}) == 100


def test_credentials_are_of_the_form_that_tools_expect(world: World, user: User) -> None:
    issued = rolekeys.issue(world.center, user, PLAIN, VIEW)

    assert re.fullmatch(r"[A-Za-z0-9+/]{40}", issued.secret_access_key.reveal())
    assert re.fullmatch(r"sks_st_[A-Za-z0-9_-]{43,}", issued.session_token.reveal())
    assert (issued.role.account_id, issued.role.role_name) == (PLAIN, VIEW)
    assert (issued.expires_at - world.clock.now()).total_seconds() == 12 * 3600


def test_the_secret_is_found_again_though_it_is_not_stored(world: World, user: User) -> None:
    issued = rolekeys.issue(world.center, user, DEV, ADMIN)
    known = rolekeys.key_of(world.center, issued.access_key_id)

    assert known is not None
    assert known.secret_access_key == issued.secret_access_key


def test_a_key_id_of_somebody_elses_is_unknown(world: World) -> None:
    assert rolekeys.key_of(world.center, "ASIAOBVIOUSLYNOTOURS") is None


@pytest.mark.parametrize(
    "account, role", [(UNASSIGNED, ADMIN), (PLAIN, ADMIN), ("x", ADMIN), (DEV, "x")]
)
def test_nothing_is_issued_that_is_not_assigned(
    world: World, user: User, account: str, role: str
) -> None:
    with pytest.raises(rolekeys.NotAssigned):
        rolekeys.issue(world.center, user, account, role)


def test_a_role_has_one_name_for_each_account_and_permission_set() -> None:
    names = {rolekeys.iam_role_name(account, ADMIN) for account in (DEV, STG)}

    assert len(names) == 2
    assert rolekeys.iam_role_name(DEV, ADMIN) in names
    assert all(re.fullmatch(r"AWSReservedSSO_AdministratorAccess_[0-9a-f]{16}", n) for n in names)


def test_the_longest_role_name_is_as_long_as_aws_allows() -> None:
    assert len(rolekeys.iam_role_name(PLAIN, "x" * 32)) == 64
