import pytest

from sekisho.wire.start_url import is_aws_owned, normalised, parted


@pytest.mark.parametrize(
    "host", ["evil-awsapps.com", "awsapps.com.evil.example", "app.aws.example"]
)
def test_a_host_that_only_looks_like_awss_is_not(host: str) -> None:
    assert not is_aws_owned(host)


@pytest.mark.parametrize(
    "url, spelt",
    [
        ("https://u:p@HOGE.awsapps.com:443/start/?a=b#/", "https://hoge.awsapps.com/start"),
        ("https://hoge.awsapps.com:8443//", "https://hoge.awsapps.com:8443"),
        ("https://[::1]:8443/start", "https://[::1]:8443/start"),
    ],
)
def test_query_fragment_login_port_and_slash_are_stripped(url: str, spelt: str) -> None:
    assert normalised(url) == spelt


@pytest.mark.parametrize("text", ["https://[x", "https://hoge:port/"])
def test_what_is_no_url_has_no_parts(text: str) -> None:
    assert parted(text) is None
