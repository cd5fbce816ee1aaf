"""The same attacks where there is no guard: the AWS CLI's own cache. They find everything.

Without this, an attack of the other lists might fail because it is no good.
"""

from tests.adversary.house import ACCOUNTS, House
from tests.unit.guard.peeking import WAYS


def _signed_in(house: House) -> None:
    house.write(house.config, house.native())
    house.login("dev")


def test_files_have_the_token_and_the_refresh_token(house: House) -> None:
    _signed_in(house)
    found = house.haul(house.attack("reading", str(house.user.home)))

    assert found.keys() >= {"sks_at_", "sks_rt_"}


def test_a_login_to_dev_hands_out_prod_to_whoever_asks(house: House) -> None:
    _signed_in(house)

    assert house.account("prod") == ACCOUNTS["prod"]


def test_a_profile_that_is_pointed_at_prod_after_the_login_gets_prod(house: House) -> None:
    _signed_in(house)
    house.write(house.config, house.native().replace(ACCOUNTS["dev"], ACCOUNTS["prod"]))

    assert house.account("dev") == ACCOUNTS["prod"]


def test_the_environment_of_a_process_can_be_read(house: House) -> None:
    _signed_in(house)
    token = next(iter(house.attack("reading", str(house.user.home))))
    with house.running("sleep", "60", TOKEN=token):
        found = house.attack("reading")

    assert token in found


def test_so_can_the_memory_of_an_ordinary_process(house: House) -> None:
    with house.attacking("waiting") as process:
        assert process.stdout
        pid = process.stdout.readline().strip()
        found = house.attack("looking_in", pid)

    assert [way for way in WAYS if found[way] == "PermissionError"] == []
