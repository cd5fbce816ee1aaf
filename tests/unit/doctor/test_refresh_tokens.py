"""The check `refresh-tokens`: what is well, and what is not. All secrets are obviously fake."""

from datetime import timedelta

from sekisho.doctor.check import Gravity
from sekisho.doctor.checks.refresh_tokens import CHECK
from tests.unit.doctor.conftest import REFRESH, Patient

OTHER = {
    "startUrl": "https://other.awsapps.com/start",
    "accessToken": "fake",
    "expiresAt": "2026-11-01T00:00:00Z",
    "refreshToken": "fake",
}


def test_they_are_counted_by_organisation_with_their_end(machine: Patient) -> None:
    machine.write_token_file("other.json", OTHER)

    (found,) = machine.look(CHECK)

    assert found.gravity is Gravity.INFO
    assert found.message == (
        "2 refresh tokens lie on the disk as plain text: "
        "hoge.awsapps.com (until 2027-02-10 at the latest); "
        "other.awsapps.com (until nobody knows when)"
    )
    assert REFRESH not in repr(found)


def test_one_whose_client_is_registered_no_longer_does_not_count(machine: Patient) -> None:
    machine.sign_in(registered=timedelta(days=1))
    machine.clock.advance(2 * 24 * 3600)

    (found,) = machine.look(CHECK)

    assert (found.gravity, found.message) == (Gravity.OK, "none lies on the disk")
