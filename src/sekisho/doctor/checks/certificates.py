"""Whom this machine trusts, and which certificate is not of theirs."""

from collections.abc import Iterator

from sekisho.doctor.check import Check, Gravity, Result
from sekisho.doctor.subject import Subject
from sekisho.errors import FileUnreadable, TlsNotVerified

__all__ = ["CHECK"]

_VARIABLES = ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE")


def _look(subject: Subject) -> Iterator[Result]:
    around = subject.around
    bundle = around.ca_bundle
    try:
        around.trust()
    except FileUnreadable as error:
        variable = next((v for v in _VARIABLES if around.environ.get(v) == str(bundle)), None)
        yield Result(
            Gravity.ERROR,
            f"the CA bundle cannot be used: {error.what}",
            "No https connection can be made with it.",
            f"unset {variable}" if variable else "name another file with --ca-bundle",
            about=str(bundle),
        )
        return
    broken = [answer for answer in subject.answers if isinstance(answer.trouble, TlsNotVerified)]
    for answer in broken:
        if answer.trouble is not None:
            yield Result(
                Gravity.ERROR,
                answer.trouble.what,
                "Add the certificate of that issuer to the authorities that are trusted, if it is "
                "your company's proxy. If you do not know it, somebody is listening in.",
                answer.trouble.do,
                about=answer.place.url,
            )
    if not broken:
        yield Result(Gravity.OK, f"trusts {bundle}" if bundle else "trusts what the system trusts")


CHECK = Check("certificates", "the CA bundle, and certificates that do not verify", _look)
