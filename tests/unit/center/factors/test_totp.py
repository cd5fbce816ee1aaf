import base64

import pyotp
import pytest

from sekisho.center.factors import totp
from sekisho.secret import Secret

# RFC 6238, appendix B: the secret of its SHA-1 vectors, and the last six of their eight digits
RFC_SECRET = Secret(base64.b32encode(b"12345678901234567890").decode())
RFC_VECTORS = [
    (59, "287082"),
    (1111111109, "081804"),
    (1111111111, "050471"),
    (1234567890, "005924"),
    (2000000000, "279037"),
    (20000000000, "353130"),
]


@pytest.mark.parametrize("now, code", RFC_VECTORS)
def test_the_codes_are_those_of_the_rfc(now: int, code: str) -> None:
    assert totp.matching_step(RFC_SECRET, code, now) == now // 30


@pytest.mark.parametrize("now, code", RFC_VECTORS[1:])
def test_a_clock_may_be_off_by_one_step_either_way_and_not_by_two(now: int, code: str) -> None:
    found = [totp.matching_step(RFC_SECRET, code, now + 30 * off) for off in (-2, -1, 0, 1, 2)]

    assert found == [None, now // 30, now // 30, now // 30, None]


@pytest.mark.parametrize("typed", ["287 082", " 287082 ", "28 70 82", "287\N{NO-BREAK SPACE}082"])
def test_blanks_in_a_code_do_not_count(typed: str) -> None:
    assert totp.matching_step(RFC_SECRET, typed, 59) == 1


@pytest.mark.parametrize("typed", ["", "287083", "287082287082", "28708", "２８７０８２", "abcdef"])
def test_anything_else_is_wrong(typed: str) -> None:
    assert totp.matching_step(RFC_SECRET, typed, 59) is None


def test_secrets_have_160_bits_and_are_new_each_time() -> None:
    one, other = totp.new_secret(), totp.new_secret()

    assert len(base64.b32decode(one.reveal())) == 20
    assert one != other


def test_what_an_app_reads_off_the_picture_makes_the_same_codes() -> None:
    read = totp.uri(RFC_SECRET, person="hoge@hoge.com", issuer="sekisho: hoge & fuga").reveal()

    app = pyotp.parse_uri(read)
    assert isinstance(app, pyotp.TOTP)
    assert (app.name, app.issuer) == ("hoge@hoge.com", "sekisho: hoge & fuga")
    assert app.at(59) == "287082"
