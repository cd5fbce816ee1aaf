"""An authenticator app in a test's hands: it shows the codes of RFC 6238 for one secret."""

from collections.abc import Callable
from datetime import datetime

from sekisho.secret import Secret

__all__ = ["AuthenticatorApp"]

_STEP_SECONDS = 30


class AuthenticatorApp:
    """Shows codes for a secret, by a clock that should be the center's."""

    def __init__(self, secret: Secret | str, now: Callable[[], datetime]) -> None:
        """Show codes for `secret`, base32 as the page shows it, in groups or not; `now` is aware."""
        text = secret.reveal() if isinstance(secret, Secret) else secret
        self._secret = Secret("".join(text.split()).upper())
        self._now = now

    def codes(self) -> tuple[str, ...]:
        """Return the codes that are good now, in the order of their time steps.

        A center takes each once, and none that is earlier than one that it took: whoever tries
        them in this order can sign in three times in one step.

        Raises `ModuleNotFoundError` without sekisho[center], and `ValueError` for a secret that is
        no base32.
        """
        import pyotp

        step = int(self._now().timestamp()) // _STEP_SECONDS
        made = pyotp.TOTP(self._secret.reveal())
        return tuple(made.generate_otp(step + off) for off in (-1, 0, 1))
