import pytest

from sekisho.center.env import endpoint_variables, sign_in_settings
from tests.unit.center.scene import START_URL, World


@pytest.mark.parametrize("url", ["http://127.0.0.1:8765", "http://127.0.0.1:8765/"])
def test_the_services_are_sent_to_one_origin_and_nothing_else_is(url: str) -> None:
    assert endpoint_variables(url) == {
        "AWS_ENDPOINT_URL_SSO": "http://127.0.0.1:8765",
        "AWS_ENDPOINT_URL_SSO_OIDC": "http://127.0.0.1:8765",
        "AWS_ENDPOINT_URL_STS": "http://127.0.0.1:8765",
        "AWS_ENDPOINT_URL_SIGNIN": "http://127.0.0.1:8765",
    }


def test_a_config_file_has_to_name_the_start_url_and_the_region(world: World) -> None:
    assert sign_in_settings(world.center.instance) == {
        "sso_start_url": START_URL,
        "sso_region": "us-east-1",
    }
