"""The grants, by the name that CreateToken and CreateTokenWithIAM call them."""

from collections.abc import Mapping

from sekisho.center.clients import AUTHORIZATION_CODE, DEVICE_CODE, REFRESH_TOKEN
from sekisho.center.directory.applications import JWT_BEARER, TOKEN_EXCHANGE
from sekisho.center.grants import (
    authorization_code,
    device_code,
    jwt_bearer,
    refresh_token,
    token_exchange,
)
from sekisho.center.grants.interface import Redeem, RedeemForApplication

__all__ = ["GRANTS", "GRANTS_WITH_IAM"]

GRANTS: Mapping[str, Redeem] = {
    DEVICE_CODE: device_code.redeem,
    AUTHORIZATION_CODE: authorization_code.redeem,
    REFRESH_TOKEN: refresh_token.redeem,
}
GRANTS_WITH_IAM: Mapping[str, RedeemForApplication] = {
    AUTHORIZATION_CODE: authorization_code.redeem_for_application,
    REFRESH_TOKEN: refresh_token.redeem_for_application,
    JWT_BEARER: jwt_bearer.redeem_for_application,
    TOKEN_EXCHANGE: token_exchange.redeem_for_application,
}
