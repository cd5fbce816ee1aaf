"""A home with two profiles that are open, and commands that are started in it."""

import pytest

from sekisho.testing import AwsHome, Person
from tests.e2e.launched.launching import Launcher

DEV, PROD = "111111111111", "222222222222"


@pytest.fixture
def sekisho(aws_home: AwsHome, person: Person) -> Launcher:
    """Signed in; the profiles dev and prod are open."""
    aws_home.add_profile("dev", account_id=DEV, role_name="ReadOnlyAccess", region="eu-west-1")
    aws_home.add_profile("prod", account_id=PROD, role_name="ReadOnlyAccess")
    person.sign_in(aws_home)
    return Launcher(aws_home)
