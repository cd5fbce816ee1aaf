"""The grants, by the name that CreateToken calls them."""

from collections.abc import Mapping

from sekisho.center.clients import AUTHORIZATION_CODE, DEVICE_CODE, REFRESH_TOKEN
from sekisho.center.grants import authorization_code, device_code, refresh_token
from sekisho.center.grants.interface import Redeem

__all__ = ["GRANTS"]

GRANTS: Mapping[str, Redeem] = {
    DEVICE_CODE: device_code.redeem,
    AUTHORIZATION_CODE: authorization_code.redeem,
    REFRESH_TOKEN: refresh_token.redeem,
}
