import pytest

from sekisho.center.env import endpoint_variables


@pytest.mark.parametrize("url", ["http://127.0.0.1:8765", "http://127.0.0.1:8765/"])
def test_the_three_services_are_sent_to_one_origin_and_nothing_else_is(url: str) -> None:
    assert endpoint_variables(url) == {
        "AWS_ENDPOINT_URL_SSO": "http://127.0.0.1:8765",
        "AWS_ENDPOINT_URL_SSO_OIDC": "http://127.0.0.1:8765",
        "AWS_ENDPOINT_URL_STS": "http://127.0.0.1:8765",
    }
