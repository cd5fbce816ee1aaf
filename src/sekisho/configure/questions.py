"""The wizard's questions: AWS's texts and defaults, and what is wrong with an answer.

Source: `spec/aws-cli.md` §5.1 and §5.3. Each question is answered by its option, or asked; an
empty answer keeps the current value.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from sekisho.aws.regions import doubt_about_region, wrong_region
from sekisho.awsconfig.document import SectionKind, parse
from sekisho.awsconfig.edit import add_section, header_for
from sekisho.errors import EditRefused, InputNeeded, UsageError
from sekisho.ports import Interview

__all__ = ["OPTIONS", "OUTPUT_FORMATS", "Answers", "Asker"]

OUTPUT_FORMATS = ("json", "yaml", "yaml-stream", "text", "table", "off")
"""What the AWS CLI v2 takes for `output`."""
OPTIONS = {
    "sso_session": "--sso-session",
    "sso_start_url": "--sso-start-url",
    "sso_region": "--sso-region",
    "sso_registration_scopes": "--sso-registration-scopes",
    "sso_account_id": "--sso-account-id",
    "sso_role_name": "--sso-role-name",
    "region": "--region",
    "output": "--output-format",
    "profile": "--profile",
}
"""The option that answers each question, by the setting that it is about."""

_REQUIRED = "A value is required"
_HOST = re.compile(r"[\w-]+(\.[\w-]+)*\.?|\[[0-9a-f:.]+\]", re.IGNORECASE | re.ASCII)
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_Check = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Answers:
    """What the options have answered already; `None` is a question to be asked.

    An empty text is an answer, too: that of Enter alone.
    """

    sso_session: str | None = None
    sso_start_url: str | None = None
    sso_region: str | None = None
    sso_registration_scopes: str | None = None
    sso_account_id: str | None = None
    sso_role_name: str | None = None
    region: str | None = None
    output: str | None = None
    profile: str | None = None


@dataclass(frozen=True, slots=True)
class Asker:
    """Puts the wizard's questions.

    Every method raises `UsageError` for an option whose value cannot be taken, and `InputNeeded`
    where nobody answers.
    """

    given: Answers
    interview: Interview

    def refuse_unanswerable(self, *names: str) -> None:
        """Raise `InputNeeded` for the first of these settings that no option has answered.

        For `--no-input`, before the person is asked to sign in for nothing.
        """
        for name in names:
            if getattr(self.given, name) is None:
                raise InputNeeded(name, option=OPTIONS[name])

    def session_name(self, current: str | None, known: Sequence[str], *, required: bool) -> str:
        """Ask for the sso-session's name; empty, where it is not `required`, is the legacy form."""
        text = "SSO session name (Recommended)"
        if required:
            text = "SSO session name"
        prompt = f"SSO session name [{current}]" if current else text
        check = _section_name(SectionKind.SSO_SESSION)
        return self._put("sso_session", prompt, check, current, required=required, known=known)

    def start_url(self, current: str | None) -> str:
        """Ask for the access portal's URL."""
        prompt = f"SSO start URL [{current}]"
        return self._put("sso_start_url", prompt, _wrong_url, current, required=True)

    def sso_region(self, current: str | None) -> str:
        """Ask for the Region of the portal."""
        return self._region("sso_region", f"SSO region [{current}]", current, required=True)

    def scopes(self, current: str) -> str:
        """Ask for the scopes of the registration, as the file is to have them."""
        prompt = f"SSO registration scopes [{current}]"
        name = "sso_registration_scopes"
        return self._put(name, prompt, _wrong_scopes, current, required=True)

    def client_region(self, current: str | None) -> str:
        """Ask for the Region that the profile's service calls go to; empty is none."""
        return self._region("region", f"Default client Region [{current}]", current)

    def output_format(self, current: str | None) -> str:
        """Ask for the form of the AWS CLI's output; empty is none."""
        prompt = f"CLI default output format (json if not specified) [{current}]"
        return self._put("output", prompt, _wrong_output, current, known=OUTPUT_FORMATS)

    def profile_name(self, proposed: str) -> str:
        """Ask what to call the profile."""
        check = _section_name(SectionKind.PROFILE)
        return self._put("profile", f"Profile name [{proposed}]", check, proposed, required=True)

    def _put(
        self,
        name: str,
        prompt: str,
        wrong: _Check,
        current: str | None,
        *,
        required: bool = False,
        known: Sequence[str] = (),
    ) -> str:
        def check(text: str) -> str | None:
            if text:
                return wrong(text)
            return _REQUIRED if required and not current else None

        option, given = OPTIONS[name], getattr(self.given, name)
        if given is None:
            given = self.interview.ask(f"{prompt}:", option=option, check=check, known=known)
        elif (reason := check(given.strip())) is not None:
            raise UsageError(f"{option} {given}: {reason}", do=f"correct {option}")
        return given.strip() or current or ""

    def _region(
        self, name: str, prompt: str, current: str | None, *, required: bool = False
    ) -> str:
        """Ask for a Region; one that is not known is warned of, and taken if that is meant."""
        while True:
            answer = self._put(name, prompt, wrong_region, current, required=required)
            if not answer or answer == current or (doubt := doubt_about_region(answer)) is None:
                return answer
            self.interview.warn(doubt)
            if getattr(self.given, name) is not None or self.interview.confirm(
                f"Use {answer} all the same?", option=f"--yes, or {OPTIONS[name]}"
            ):
                return answer


def _section_name(kind: SectionKind) -> _Check:
    def check(name: str) -> str | None:
        try:
            add_section(parse(b""), header_for(kind, name), (), after=None)
        except EditRefused as error:
            return f"Not a name for a section: {error.reason}"
        return None

    return check


def _wrong_url(text: str) -> str | None:
    """Plain http serves on this machine only, where the center is: no sign-in goes elsewhere."""
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "Not a valid Start URL"
    if not text.isprintable() or " " in text or not _HOST.fullmatch(parts.netloc.partition(":")[0]):
        return "Not a valid Start URL"
    if parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK):
        return None
    return "Not a valid Start URL: it must use the https scheme"


def _wrong_scopes(text: str) -> str | None:
    scopes = [scope.strip() for scope in text.split(",")]
    if all(scope and not re.search(r"\s", scope) for scope in scopes):
        return None
    return "Scope values must be separated by commas"


def _wrong_output(text: str) -> str | None:
    if text in OUTPUT_FORMATS:
        return None
    return f"{text} is no output format: there are {', '.join(OUTPUT_FORMATS)}"
