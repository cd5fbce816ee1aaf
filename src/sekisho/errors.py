"""What can go wrong, as one tree. Each class says what happened, what to do, and its exit status.

    SekishoError
    ├── UsageError              2   the command line
    │   ├── InputNeeded             a question, and nobody there to answer it
    │   ├── NotExportable           a value that a format cannot spell
    │   ├── LintSettingsInvalid     lint.toml
    │   ├── GenerateSettingsInvalid generate.toml
    │   ├── PolicyInvalid           policy.toml
    │   ├── MissingExtra            a part of sekisho that is not installed
    │   ├── Nested                  a command with one profile that asks for another
    │   ├── ProgramNotStarted       a command that cannot be run
    │   └── SandboxRefused          a sandbox that cannot be made, or would not be one
    ├── ConfigError             2   what the AWS config says
    │   ├── ConfigUnreadable        botocore would refuse the file
    │   ├── ProfileNotFound
    │   ├── SessionNotFound
    │   ├── SettingsMissing
    │   ├── SettingsInconsistent
    │   ├── NotSso
    │   ├── SourceProfileNotFound
    │   ├── ChainLoop               a role chain that leads back into itself
    │   ├── CredentialLoop          credential processes that start each other in a circle
    │   ├── NotIsolated             a profile that cannot get a session of its own
    │   ├── NotGuarded              a profile that cannot be put behind the guard
    │   ├── EditRefused             text that a config file cannot hold
    │   ├── NamesCollide            profiles to generate, of one name
    │   ├── RegionMissing
    │   ├── StartUrlRefused         one that no sign-in can be made to
    │   └── EndpointInvalid
    ├── FileError               2   the disk
    │   ├── FileUnreadable
    │   ├── FileUnwritable
    │   ├── FileChanged             somebody else wrote it meanwhile
    │   ├── FileLocked
    │   ├── NotUndone               an edit of the config that cannot be taken back
    │   ├── OutputLost              stdout could not be written
    │   ├── SealKeyDamaged          the sealed store's key file
    │   └── PortTaken               a loopback port
    ├── AgentError              2   the agent does not start, or is not understood
    │   ├── AgentRunning            there is one already
    │   ├── AgentNotStarted
    │   └── AgentNotUnderstood      two versions of sekisho, or no agent at all
    ├── CenterError             2   what `sekisho center` is started with
    │   ├── DirectoryInvalid        its directory file
    │   ├── CertificateUnusable     what it would serve https with
    │   ├── DatabaseRefused
    │   ├── KeysUnusable
    │   └── TokenIssuerKeysUnusable
    ├── SignInNeeded            3   `sekisho login` is all it takes
    │   ├── TokenMissing
    │   ├── TokenInvalid
    │   ├── TokenExpired
    │   ├── RefreshFailed
    │   ├── TokenNotAccepted        the portal answered 401
    │   ├── TokenNotAdopted
    │   ├── NothingToAdopt
    │   ├── SealKeyLost             the sealed store's key is gone from the keyring
    │   ├── AgentMissing            no agent runs, so every gate is closed
    │   ├── GateClosed              a guarded profile that nothing was opened for
    │   └── SignInTimedOut
    ├── Refused                 4   somebody, or a rule, said no
    │   ├── RoleNotAssigned
    │   ├── NothingAssigned         no account, or no role, to configure a profile for
    │   ├── RoleNotTrusting         a role chain that STS refused
    │   ├── MfaCodeNeeded           and nobody there to type it
    │   ├── SignInDenied
    │   ├── Mismatch                a token or credential that was issued for something else
    │   ├── KeyringClosed           locked, silent, or none
    │   ├── PassphraseNeeded        and nobody there to type it
    │   ├── PassphraseWrong
    │   ├── PlainHttpRefused
    │   ├── AgentNotOurs            a socket that somebody else may listen at
    │   ├── AuditNotWritten         nothing is handed out that the audit log cannot tell of
    │   ├── PolicyRefused           policy.toml does not let a gate open
    │   ├── PolicyNotApproved       it is another one than the person has seen
    │   ├── PersonNeeded            the policy asks somebody, and nobody is there
    │   ├── NotConfirmed            the profile's name was not typed
    │   ├── WrongPerson             somebody else signed in
    │   ├── OutOfScope              a socket that knows some gates was asked for more
    │   └── AgentBusy               too many openings wait
    ├── ServiceError            5   the service cannot be reached, or does not work
    │   ├── Unreachable
    │   ├── TlsNotVerified
    │   ├── Throttled
    │   ├── ServiceFailed
    │   ├── AgentSilent             it hangs
    │   └── ServiceRejected         an answer that the protocol has, and no sign-in can mend
    └── Interrupted           130   Ctrl-C

Only `cli/main.py` turns them into text and an exit status. AWS's own sentence comes first where
AWS has one, because people search for it.
"""

import shlex
from collections.abc import Sequence
from enum import IntEnum
from pathlib import Path
from typing import ClassVar

__all__ = [
    "AgentBusy",
    "AgentError",
    "AgentMissing",
    "AgentNotOurs",
    "AgentNotStarted",
    "AgentNotUnderstood",
    "AgentRunning",
    "AgentSilent",
    "AuditNotWritten",
    "CenterError",
    "CertificateUnusable",
    "ChainLoop",
    "ConfigError",
    "ConfigUnreadable",
    "CredentialLoop",
    "DatabaseRefused",
    "DirectoryInvalid",
    "EditRefused",
    "EndpointInvalid",
    "ExitStatus",
    "FileChanged",
    "FileError",
    "FileLocked",
    "FileUnreadable",
    "FileUnwritable",
    "GateClosed",
    "GenerateSettingsInvalid",
    "InputNeeded",
    "Interrupted",
    "KeyringClosed",
    "KeysUnusable",
    "LintSettingsInvalid",
    "MfaCodeNeeded",
    "Mismatch",
    "MissingExtra",
    "NamesCollide",
    "Nested",
    "NotConfirmed",
    "NotExportable",
    "NotGuarded",
    "NotIsolated",
    "NotSso",
    "NotUndone",
    "NothingAssigned",
    "NothingToAdopt",
    "OutOfScope",
    "OutputLost",
    "PassphraseNeeded",
    "PassphraseWrong",
    "PersonNeeded",
    "PlainHttpRefused",
    "PolicyInvalid",
    "PolicyNotApproved",
    "PolicyRefused",
    "PortTaken",
    "ProfileNotFound",
    "ProgramNotStarted",
    "RefreshFailed",
    "Refused",
    "RegionMissing",
    "RoleNotAssigned",
    "RoleNotTrusting",
    "SandboxRefused",
    "SealKeyDamaged",
    "SealKeyLost",
    "SekishoError",
    "ServiceError",
    "ServiceFailed",
    "ServiceRejected",
    "SessionNotFound",
    "SettingsInconsistent",
    "SettingsMissing",
    "SignInDenied",
    "SignInNeeded",
    "SignInTimedOut",
    "SourceProfileNotFound",
    "StartUrlRefused",
    "Throttled",
    "TlsNotVerified",
    "TokenExpired",
    "TokenInvalid",
    "TokenIssuerKeysUnusable",
    "TokenMissing",
    "TokenNotAccepted",
    "TokenNotAdopted",
    "Unreachable",
    "UsageError",
    "WrongPerson",
    "login_command",
]


class ExitStatus(IntEnum):
    """Every status that sekisho exits with (design §3)."""

    DONE = 0
    FINDINGS = 1
    USAGE = 2
    SIGN_IN_NEEDED = 3
    REFUSED = 4
    UNREACHABLE = 5
    BUG = 70
    INTERRUPTED = 130


class SekishoError(Exception):
    """The root: anything that sekisho can explain."""

    exit_status: ClassVar[ExitStatus] = ExitStatus.BUG

    def __init__(self, what: str, *, do: str = "") -> None:
        """Say `what` happened, and the one thing to `do`, with the user's own values in it."""
        super().__init__(what)
        self.what = what
        self.do = do

    @classmethod
    def page(cls) -> str:
        """The docs page of this error: its name in kebab case under `docs/errors/`."""
        dashed = "".join(f"-{c.lower()}" if c.isupper() else c for c in cls.__name__)
        return f"docs/errors/{dashed.lstrip('-')}.md"


def login_command(*, profile: str | None = None, session: str | None = None) -> str:
    """Spell the `sekisho login` that opens `profile`, or `session` when there is no profile."""
    if profile is not None:
        return f"sekisho login --profile {shlex.quote(profile)}"
    if session is not None:
        return f"sekisho login --sso-session {shlex.quote(session)}"
    return "sekisho login"


def _nearest(near: str | None) -> str:
    return f'; did you mean "{near}"?' if near else ""


# --- 2: the command line -----------------------------------------------------------------------


class UsageError(SekishoError):
    """The command line asks for something that does not exist or does not fit together."""

    exit_status = ExitStatus.USAGE


class InputNeeded(UsageError):
    """A question has to be answered and nobody can answer it (`--no-input`, no terminal)."""

    def __init__(self, question: str, *, option: str) -> None:
        """Name the `question` and the `option` that answers it in advance."""
        super().__init__(f"an answer is needed: {question}", do=f"answer in advance: {option}")


class LintSettingsInvalid(UsageError):
    """The settings of `sekisho lint` say something that it cannot follow."""

    def __init__(self, path: Path, why: str) -> None:
        """Name the settings file, and what is wrong in it."""
        super().__init__(
            f"{path}: {why}", do=f"edit {path}; `sekisho lint --rules` lists the rules"
        )


class GenerateSettingsInvalid(UsageError):
    """The settings of `sekisho generate` say something that it cannot follow."""

    def __init__(self, path: Path, why: str) -> None:
        """Name the settings file, and what is wrong in it."""
        super().__init__(
            f"{path}: {why}", do=f"edit {path}; `sekisho generate --help` says what each takes"
        )


class PolicyInvalid(UsageError):
    """The file that declares environments says something that has no meaning."""

    def __init__(self, path: Path, why: str) -> None:
        """Name the policy file, and what is wrong in it."""
        super().__init__(f"{path}: {why}", do=f"edit {path}")


class NotExportable(UsageError):
    """A value that the format asked for has no safe spelling for."""

    def __init__(self, name: str, *, form: str) -> None:
        """Name the variable, without its value, and the format."""
        super().__init__(
            f"{name} has a character in it that the format {form} cannot spell safely",
            do="use another --format",
        )


class MissingExtra(UsageError):
    """A command needs a part of sekisho that is not installed."""

    def __init__(self, command: str, *, extra: str) -> None:
        """Name the `command` and the `extra` of the package that it needs."""
        super().__init__(
            f"`{command}` needs the {extra} part of sekisho, which is not installed; it installs "
            "from the folder that sekisho was installed from",
            do=f"python -m pip install '.[{extra}]'",
        )


class Nested(UsageError):
    """`sekisho exec` or `shell` inside a command that has a profile already."""

    def __init__(self, profile: str, *, wanted: str) -> None:
        """Name the `profile` that there is, and the one that is `wanted`."""
        super().__init__(
            f"this runs inside `sekisho exec` or `sekisho shell` for the profile {profile}; a "
            f"command below it cannot have {wanted} instead",
            do="leave it first (`exit`), and run the command again",
        )


class ProgramNotStarted(UsageError):
    """A command that `sekisho exec` or `shell` was given and that cannot be run."""

    def __init__(self, name: str, reason: str) -> None:
        """Name the program as it was given, and the `reason`."""
        super().__init__(
            f"cannot run {name}: {reason}",
            do="check its name, and PATH; what is an alias or a function of your shell is no program",
        )


class SandboxRefused(UsageError):
    """A sandbox that cannot be made on this machine, or that would show what it is to hide."""


# --- 2: the AWS config -------------------------------------------------------------------------


class ConfigError(SekishoError):
    """The AWS config does not say what the command needs, or says it wrongly."""

    exit_status = ExitStatus.USAGE


class ConfigUnreadable(ConfigError):
    """A config or credentials file that botocore refuses to read, with the line that is wrong."""

    def __init__(self, path: Path, line: int, reason: str) -> None:
        """Say which `line` (from 1) of `path` is wrong, and the `reason` in words."""
        super().__init__(
            f"Unable to parse config file: {path}\n{path}:{line}: {reason}",
            do=f"mend line {line} of {path}; `sekisho lint` shows every fault in it",
        )
        self.path, self.line, self.reason = path, line, reason


class ProfileNotFound(ConfigError):
    """No config file has this profile."""

    def __init__(self, name: str, *, near: str | None = None) -> None:
        """Name the profile that was asked for, and the `near`est one there is."""
        super().__init__(
            f"The config profile ({name}) could not be found{_nearest(near)}",
            do="sekisho profiles",
        )


class SessionNotFound(ConfigError):
    """An `sso_session` that no `[sso-session]` section defines."""

    def __init__(
        self,
        name: str,
        *,
        near: str | None = None,
        where: str = "",
        sentence: str | None = None,
        guarded: bool = False,
    ) -> None:
        """Name the session; `where` is file:line of the profile's key, `near` what was meant.

        `sentence` is AWS's own, where it is another than that of the credential provider.
        `guarded`: it is the `sekisho_sso_session` of a guarded profile.
        """
        key = "sekisho_sso_session" if guarded else "sso_session"
        kind = "sekisho-session" if guarded else "sso-session"
        place = f"\n{where}: {key} = {name}" if where else ""
        first = sentence or f'The specified {kind} does not exist: "{name}"'
        super().__init__(
            f"{first}{_nearest(near)}{place}",
            do=f"change the name, or add a section [{kind} {name}] with sso_start_url, "
            "sso_region and sso_registration_scopes",
        )


class SettingsMissing(ConfigError):
    """A profile or session that lacks a key which SSO needs."""

    def __init__(
        self,
        name: str,
        keys: tuple[str, ...],
        *,
        where: str = "",
        hint: str | None = None,
        sentence: str | None = None,
    ) -> None:
        """Name the profile or session and the missing `keys`; `hint` names a likely misspelling.

        `where` is file:line of the section that lacks them; `sentence` is AWS's own, where it is
        another than that of the credential provider.
        """
        first = sentence or (
            f'The profile "{name}" is configured to use SSO but is missing required '
            f"configuration: {', '.join(keys)}"
        )
        missing = " and ".join(keys)
        place = f"\n{where}: no {missing}" if where else ""
        meant = f"\n{hint}" if hint else ""
        super().__init__(
            f"{first}{place}{meant}",
            do="correct that key" if hint else f"add {missing}{f' below {where}' if where else ''}",
        )


class SettingsInconsistent(ConfigError):
    """A profile and its sso-session that give one key two values."""

    def __init__(
        self, key: str, in_profile: str, in_session: str, *, where: tuple[str, str]
    ) -> None:
        """Name the `key` and both values; `where` is file:line of the one and of the other."""
        values = (in_profile, in_session)
        lines = "".join(
            f"\n{place}: {key} = {value}" for place, value in zip(where, values, strict=True)
        )
        super().__init__(
            f"The value for {key} is inconsistent between profile ({in_profile}) and "
            f"sso-session ({in_session}).{lines}",
            do=f"remove {key} from the profile, or make both values the same",
        )


class NotSso(ConfigError):
    """A profile that has nothing to do with IAM Identity Center."""

    def __init__(
        self,
        name: str,
        *,
        hint: str | None = None,
        why: str = "it has neither sso_session nor sso_start_url",
    ) -> None:
        """Name the profile; `hint` names a key that may be misspelt, `why` says what it has."""
        meant = f"\n{hint}" if hint else ""
        super().__init__(
            f'The profile "{name}" does not use SSO: {why}{meant}',
            do=f"name another profile, or use `aws --profile {shlex.quote(name)}` for this one",
        )
        self.hint, self.why = hint, why


class SourceProfileNotFound(ConfigError):
    """A `source_profile` that no config file has."""

    def __init__(self, source: str, profile: str, *, near: str | None, where: str) -> None:
        """Name the `source` and the `profile` that names it, at `where` (file:line)."""
        super().__init__(
            f'The source_profile "{source}" referenced in the profile "{profile}" does not '
            f"exist.\n{where}: source_profile = {source}",
            do=f"name a profile that is there{f', such as {near}' if near else ''}",
        )


class ChainLoop(ConfigError):
    """A `source_profile` that leads back to a profile of the same role chain."""

    def __init__(self, source: str, visited: Sequence[str], *, where: str) -> None:
        """Name the `source`, and the profiles in the order in which they were `visited`."""
        super().__init__(
            "Infinite loop in credential configuration detected. Attempting to load from profile "
            f"{source} which has already been visited. Visited profiles: {list(visited)}\n"
            f"{where}: {' -> '.join([*visited, source])}",
            do=f"let source_profile of {visited[-1]} name a profile that leads to an SSO profile",
        )


class CredentialLoop(ConfigError):
    """A `credential_process` that leads back to where it started."""

    def __init__(self, sentence: str) -> None:
        """Take AWS's `sentence`, with the profiles in the order in which they were met."""
        super().__init__(
            sentence, do="let the credential_process of one of these profiles name another one"
        )


class NotIsolated(ConfigError):
    """A profile that cannot be given an sso-session of its own."""

    def __init__(self, profile: str, reason: str, *, do: str) -> None:
        """Name the `profile`, with file:line in the `reason` where there is one."""
        super().__init__(
            f'the profile "{profile}" cannot get an sso-session of its own: {reason}', do=do
        )


class NotGuarded(ConfigError):
    """A profile that cannot be put behind the guard."""

    def __init__(self, profile: str, reason: str, *, do: str) -> None:
        """Name the `profile`, with file:line in the `reason` where there is one."""
        super().__init__(f'the profile "{profile}" cannot be guarded: {reason}', do=do)


class EditRefused(ConfigError):
    """A change to a config file that botocore would not read as it is meant."""

    def __init__(self, what: str, reason: str, *, do: str = "use another text") -> None:
        """Name `what` was to be written, without any value, and the `reason` it cannot be."""
        super().__init__(f"{what}: {reason}; nothing was written", do=do)
        self.reason = reason


_MOST_COLLISIONS = 12


class NamesCollide(ConfigError):
    """Names of profiles to generate that would each stand for several roles, or for none."""

    def __init__(self, collisions: Sequence[str], *, template: str) -> None:
        """Say each of the `collisions` in a clause of its own, which begins with the name.

        `template` is one whose names would differ.
        """
        more = len(collisions) - _MOST_COLLISIONS
        rest = [f"and {more:,} more"] if more > 0 else []
        listed = "\n".join(f"  {each}" for each in (*collisions[:_MOST_COLLISIONS], *rest))
        names = "this name" if len(collisions) == 1 else f"{len(collisions):,} names"
        super().__init__(
            f"nothing was written, because of {names}:\n{listed}",
            do=f"sekisho generate --template {shlex.quote(template)} --dry-run",
        )


class RegionMissing(ConfigError):
    """No Region for a call that needs one."""

    def __init__(self, profile: str) -> None:
        """Name the `profile` that has no `region`."""
        super().__init__(
            f'You must specify a region. The profile "{profile}" has none.',
            do="add `region = REGION` to the profile, or pass --region",
        )


class StartUrlRefused(ConfigError):
    """A start URL that is not AWS's, and does not lead to one that is."""

    def __init__(self, url: str, reason: str) -> None:
        """Quote the `url` as it is configured, and AWS's `reason`."""
        super().__init__(f"{reason}\nsso_start_url = {url}", do="correct sso_start_url")


class EndpointInvalid(ConfigError):
    """A Region or an endpoint override that makes no URL."""

    def __init__(self, value: str, reason: str, *, source: str) -> None:
        """Quote the `value`; `source` is the variable or setting that it came from."""
        super().__init__(f"Invalid endpoint: {value}: {reason}", do=f"correct {source}")


# --- 2: the disk -------------------------------------------------------------------------------


class FileError(SekishoError):
    """A file that cannot be used as it must be."""

    exit_status = ExitStatus.USAGE


class FileUnreadable(FileError):
    """A file that exists and cannot be read."""

    def __init__(self, path: Path, reason: str) -> None:
        """Name the `path` and the system's `reason`."""
        super().__init__(f"cannot read {path}: {reason}", do=f"ls -l {shlex.quote(str(path))}")


class FileUnwritable(FileError):
    """A file that could not be written. What was there before is still there, or was kept."""

    def __init__(self, path: Path, reason: str, *, kept: Path | None = None) -> None:
        """Name the `path` and the system's `reason`; `kept` has what a torn file held before."""
        after = "nothing was changed" if kept is None else f"what it held is in {kept}"
        super().__init__(
            f"cannot write {path}: {reason}; {after}",
            do=f"check the space and the permissions of {shlex.quote(str(path.parent))}",
        )


class FileChanged(FileError):
    """A file that somebody else wrote between our reading and our writing."""

    def __init__(self, path: Path) -> None:
        """Name the `path`."""
        super().__init__(
            f"{path} was changed by somebody else meanwhile; nothing was written",
            do="run the command again",
        )


class FileLocked(FileError):
    """A lock that another process did not give back in time."""

    def __init__(self, path: Path, *, seconds: float, holder: str = "") -> None:
        """Name the locked `path`, how long was waited, and the `holder` where it is known."""
        who = f" by process {holder}" if holder else ""
        super().__init__(
            f"{path} has been locked{who} for more than {seconds:.0f} seconds",
            do="wait for it, or end that process, and run the command again",
        )


class NotUndone(FileError):
    """An edit of a config file that cannot be taken back by itself; nothing was written."""


class OutputLost(FileError):
    """A result that could not be written to where stdout goes."""

    def __init__(self, reason: str) -> None:
        """Give the system's `reason`."""
        super().__init__(
            f"cannot write the result: {reason}", do="check the space where the output goes"
        )


class SealKeyDamaged(FileError):
    """The file that says how the sealed store's key is kept, where it says no such thing."""

    def __init__(self, path: Path, reason: str) -> None:
        """Name the key file, and what is wrong with it; it is left as it is."""
        super().__init__(
            f"the sealed store cannot be opened: {path}: {reason}",
            do="put the file back as it was, or give up what is sealed: "
            "sekisho logout --all --local",
        )


class PortTaken(FileError):
    """A port that cannot be listened on."""

    def __init__(self, port: int, reason: str, *, do: str = "", host: str = "127.0.0.1") -> None:
        """Name the `port` and the system's `reason`; `do` says what else serves but for a login.

        `host` is the address that it is a port of.
        """
        place = f"[{host}]" if ":" in host else host
        super().__init__(
            f"cannot listen on {place}:{port}: {reason}",
            do=do or "choose another --callback-port, or sign in with --use-device-code",
        )


# --- 2: the agent -------------------------------------------------------------------------------


class AgentError(SekishoError):
    """The agent does not start, or is not understood."""

    exit_status = ExitStatus.USAGE


class AgentRunning(AgentError):
    """There is an agent already, or something that keeps its place."""

    def __init__(self, socket: Path, *, holder: str) -> None:
        """Name the `socket` and the process id of its `holder`, if known."""
        whose = f" (process {holder})" if holder else ""
        super().__init__(
            f"an agent is running already{whose}: {socket}",
            do="sekisho agent status   (`sekisho agent stop` ends it)",
        )


class AgentNotStarted(AgentError):
    """The agent was started, and did not get ready."""

    def __init__(self, reason: str) -> None:
        """Say the `reason`, in the agent's own words where it had some."""
        super().__init__(
            f"the agent did not start: {reason}", do="see what it says: sekisho agent run"
        )


class AgentNotUnderstood(AgentError):
    """What was said over the agent's socket is no message that the other side knows."""

    def __init__(self, reason: str) -> None:
        """Say the `reason`, which quotes nothing of the message."""
        super().__init__(
            f"the agent and this command do not understand each other: {reason}",
            do="if sekisho was updated, end the old agent: sekisho agent stop",
        )


# --- 2: the center ------------------------------------------------------------------------------


class CenterError(SekishoError):
    """The center cannot start with what it was given."""

    exit_status = ExitStatus.USAGE


class CertificateUnusable(CenterError):
    """A certificate and a key that https cannot be served with."""

    def __init__(self, certificate: Path, key: Path, reason: str) -> None:
        """Name both files, and the `reason` in words."""
        super().__init__(
            f"cannot serve https with {certificate} and {key}: {reason}",
            do="give --tls-cert and --tls-key a PEM certificate and its unencrypted key",
        )


class DirectoryInvalid(CenterError):
    """A directory file that does not say what it must, with the line that is wrong."""

    def __init__(self, path: Path, line: int, reason: str) -> None:
        """Say which `line` (from 1) of `path` is wrong, and the `reason` in words."""
        super().__init__(f"{path}:{line}: {reason}", do=f"mend line {line} of {path}")
        self.path, self.line, self.reason = path, line, reason


class DatabaseRefused(CenterError):
    """A database that this version of the center does not work on."""

    def __init__(self, url: str, reason: str, *, do: str | None = None) -> None:
        """Name the `url`, without a password in it, the `reason`, and what to `do` about it."""
        super().__init__(
            f"the center cannot use the database {url}: {reason}",
            do=do or "name another with --database sqlite:///FILE",
        )


class KeysUnusable(CenterError):
    """A file that should hold the center's signing keys, and does not."""

    def __init__(self, path: Path, reason: str) -> None:
        """Name the `path` and the `reason`; nothing of its contents is shown."""
        super().__init__(
            f"{path} is no file of signing keys: {reason}",
            do="restore it from a backup, or move it away: new keys make every client register anew",
        )


class TokenIssuerKeysUnusable(CenterError):
    """A file that should hold the public keys of a trusted token issuer, and does not."""

    def __init__(self, path: Path, reason: str) -> None:
        """Name the `path` and the `reason`; no key is shown."""
        super().__init__(
            f"{path} is no file of a token issuer's keys: {reason}",
            do="save what the issuer publishes at its jwks_uri there, as it is",
        )


# --- 3: sign-in needed -------------------------------------------------------------------------


class SignInNeeded(SekishoError):
    """There is no usable token; a sign-in is all it takes."""

    exit_status = ExitStatus.SIGN_IN_NEEDED


class TokenMissing(SignInNeeded):
    """Nobody has signed in under this token key yet."""

    def __init__(self, label: str, *, login: str) -> None:
        """`label` is the session's name, or the start URL in the legacy form."""
        super().__init__(f"Error loading SSO Token: Token for {label} does not exist", do=login)


class TokenInvalid(SignInNeeded):
    """A cache file that stays torn, or is no token."""

    def __init__(self, label: str, path: Path, reason: str, *, login: str) -> None:
        """Name the token's `label`, the cache file and the `reason`; the file is left alone."""
        super().__init__(
            f"Error loading SSO Token: Token for {label} is invalid\n{path}: {reason}", do=login
        )


class TokenExpired(SignInNeeded):
    """A token that is past its time and cannot be refreshed."""

    def __init__(self, label: str, *, login: str, why: str = "") -> None:
        """Name the token's `label`; `why` says why it was not refreshed."""
        reason = f"\n{label}: {why}" if why else ""
        super().__init__(
            "The SSO session associated with this profile has expired or is otherwise invalid. "
            f"To refresh this SSO session run aws sso login with the corresponding profile.{reason}",
            do=login,
        )


class RefreshFailed(SignInNeeded):
    """The service refused to refresh an expired token."""

    def __init__(self, label: str, reason: str, *, login: str) -> None:
        """Name the token's `label` and the service's `reason`."""
        super().__init__(
            "Error when retrieving token from sso: Token has expired and refresh failed\n"
            f"{label}: {reason}",
            do=login,
        )


class TokenNotAccepted(SignInNeeded):
    """The portal answered 401 to a token that looked good."""

    def __init__(self, label: str, *, login: str) -> None:
        """Name the token's `label`."""
        super().__init__(
            "The SSO session associated with this profile has expired or is otherwise invalid. "
            "To refresh this SSO session run aws sso login with the corresponding profile.\n"
            f"{label}: the portal no longer accepts this token",
            do=login,
        )


class TokenNotAdopted(SignInNeeded):
    """A token that sekisho did not write, on its way to an endpoint that is not AWS's."""

    def __init__(self, label: str, endpoint: str, *, login: str) -> None:
        """Name the token's `label` and the overridden `endpoint`."""
        super().__init__(
            f"the token for {label} was not written by sekisho, so it is not sent to {endpoint}, "
            "which is not AWS's own endpoint; if you trust it, --adopt takes the token over",
            do=f"{login} --adopt",
        )


class NothingToAdopt(SignInNeeded):
    """`login --adopt` without a token to take over."""

    def __init__(self, label: str, *, login: str) -> None:
        """Name the token's `label`."""
        super().__init__(f"there is no usable token for {label} to take over", do=login)


class SealKeyLost(SignInNeeded):
    """The keyring has the sealed store's key no more, so nothing of it can ever be read again."""

    def __init__(self, folder: Path, *, login: str) -> None:
        """Name the store's `folder`; `login` is the command that begins it anew."""
        super().__init__(
            f"the key of the sealed store is not in the keyring any more: what {folder} holds "
            "cannot be opened",
            do=login,
        )


class AgentMissing(SignInNeeded):
    """A guarded profile is asked for, and no agent runs that could have an open gate."""

    def __init__(self, socket: str, *, login: str, why: str = "no agent runs") -> None:
        """Name the `socket` that was looked at, and the command that opens a gate."""
        super().__init__(f"every gate is closed: {why}\n{socket}", do=login)


class GateClosed(SignInNeeded):
    """A guarded profile whose gate nobody has opened, or which has closed again."""

    def __init__(self, profile: str, *, why: str = "") -> None:
        """Name the `profile`; `why` says what closed its gate, where that is known."""
        reason = f": {why}" if why else ""
        super().__init__(
            f"the gate of {profile} is closed{reason}", do=login_command(profile=profile)
        )


class SignInTimedOut(SignInNeeded):
    """The browser did not come back, or nobody approved, before the deadline."""

    def __init__(self, *, minutes: float, login: str) -> None:
        """Say how many `minutes` were waited."""
        super().__init__(
            f"the sign-in was not finished within {minutes:g} minutes; nothing was stored",
            do=login,
        )


# --- 4: refused --------------------------------------------------------------------------------


class Refused(SekishoError):
    """Somebody, or a rule, said no."""

    exit_status = ExitStatus.REFUSED


class RoleNotAssigned(Refused):
    """The portal says that the person does not have this role in this account."""

    def __init__(
        self,
        *,
        profile: str,
        account: str,
        role: str,
        answer: str,
        roles: tuple[str, ...] | None = None,
    ) -> None:
        """Name the profile, account and role, and quote the portal's `answer`.

        `roles` are those that the person has in that account; `None` where it is not known.
        """
        there_are = "" if roles is None else f"\n{_roles_there_are(roles)}"
        super().__init__(
            f"An error occurred ({answer}) when calling the GetRoleCredentials operation: "
            f"No access\nprofile {profile}: who signed in is not assigned {role} in account "
            f"{account}{there_are}",
            do="check sso_account_id and sso_role_name, or ask for the assignment",
        )


class NothingAssigned(Refused):
    """The person who signed in has no account or role that a profile could be for."""

    def __init__(self, what: str, there_are: str = "") -> None:
        """Say `what` there is not, in AWS's words where it has some, and what `there_are`."""
        super().__init__(
            f"{what}\nthere are: {there_are}" if there_are else what,
            do="ask for the assignment, or sign in as another person",
        )


_MOST_ROLES = 12
"""More than these are counted, not listed."""


def _roles_there_are(roles: tuple[str, ...]) -> str:
    if not roles:
        return "they have no role in that account"
    listed = ", ".join(roles[:_MOST_ROLES])
    more = len(roles) - _MOST_ROLES
    return f"the roles there are: {listed}{f' and {more} more' if more > 0 else ''}"


class RoleNotTrusting(Refused):
    """STS does not let the credentials of one profile assume the role of the next."""

    def __init__(self, profile: str, role_arn: str, *, where: str, answer: str) -> None:
        """Name the `profile`, its role and file:line of that, and quote STS's `answer`."""
        super().__init__(
            f"An error occurred (AccessDenied) when calling the AssumeRole operation: {answer}\n"
            f"{where}: role_arn = {role_arn}",
            do=f"check role_arn, source_profile and external_id of {profile}; if they are right, "
            "the role's trust policy does not let this caller in",
        )


class MfaCodeNeeded(Refused):
    """A role chain that asks for an MFA code, where nobody can be asked."""

    def __init__(self, profile: str, serial: str, *, where: str, chained_profile: str) -> None:
        """Name the `profile`, the `serial` of the device, and file:line of its role.

        `chained_profile` is the one whose chain goes through it.
        """
        super().__init__(
            f"an MFA code is needed: {profile} assumes its role with mfa_serial = {serial}, and "
            f"nobody can be asked for the code here\n{where}",
            do="run at a terminal: sekisho whoami --profile "
            f"{shlex.quote(chained_profile)}   (other commands are served from its answer then)",
        )


class SignInDenied(Refused):
    """The person, or the service, refused the sign-in."""

    def __init__(self, reason: str) -> None:
        """Quote the `reason` that the service gave."""
        super().__init__(f"the sign-in was refused: {reason}", do="sign in again, and press Allow")


class Mismatch(Refused):
    """A token or credential that was issued for something else than what it is asked for."""

    def __init__(
        self,
        *,
        what: str,
        issued_for: str,
        asked_for: str,
        login: str,
        gate: str | None = None,
    ) -> None:
        """Name `what` differs (Region, endpoint, …) and both values.

        `gate` is the label of the open gate that differs, where it is no cached sign-in.
        """
        thing, was = ("the cached sign-in", "issued")
        if gate is not None:
            thing, was = (f"the open gate of {gate}", "opened")
        super().__init__(
            f"{thing} is for another {what}: it was {was} for {issued_for}, and the "
            f"config asks for {asked_for}; it is not used",
            do=login,
        )


class KeyringClosed(Refused):
    """The system's keyring does not give, or take, what it is asked to."""

    def __init__(self, reason: str) -> None:
        """Say why, in words."""
        super().__init__(f"the keyring cannot be used: {reason}", do="sekisho doctor")


class PassphraseNeeded(Refused):
    """The sealed store is opened by a passphrase, and this command asks no questions."""

    def __init__(self, variable: str) -> None:
        """Name the environment `variable` that names a file with the passphrase."""
        super().__init__(
            "the sealed store is opened by a passphrase, and nobody can be asked for it here",
            do=f"set {variable} to a file that holds it, or use `sekisho export`, which asks",
        )


class PassphraseWrong(Refused):
    """A passphrase that does not open the sealed store."""

    def __init__(self, path: Path) -> None:
        """Name the key file."""
        super().__init__(
            f"this passphrase does not open the sealed store\n{path}: nothing was changed",
            do="try again; if it is forgotten, give up what is sealed: sekisho logout --all --local",
        )


class PlainHttpRefused(Refused):
    """A token on its way over plain http to another machine."""

    def __init__(self, endpoint: str) -> None:
        """Name the `endpoint`."""
        super().__init__(
            f"no token is sent to {endpoint}: it is plain http, and not on this machine",
            do="use https for that endpoint",
        )


class AgentNotOurs(Refused):
    """The agent's socket may be somebody else's, so nothing is asked of it."""

    def __init__(self, socket: str, reason: str) -> None:
        """Name the `socket`, and the `reason` in words."""
        folder = shlex.quote(str(Path(socket).parent))
        super().__init__(
            f"nothing is asked of the agent's socket: {reason}\n{socket}",
            do=f"ls -la {folder}   (remove what is not yours, or close it to others: chmod 700)",
        )


class AuditNotWritten(Refused):
    """The audit log could not be written, so nothing was handed out."""

    def __init__(self, path: Path, reason: str) -> None:
        """Name the log's `path`, and the `reason` in words."""
        super().__init__(
            f"cannot write the audit log {path}: {reason}; what cannot be written there is refused",
            do=f"check the space and the permissions of {shlex.quote(str(path.parent))}",
        )


class PolicyRefused(Refused):
    """The policy does not let a gate open."""

    def __init__(self, profile: str, reason: str, *, path: Path) -> None:
        """Name the `profile`, the `reason` in words, and the policy's `path`."""
        super().__init__(
            f"the policy does not let {profile} open: {reason}",
            do=f"if the policy is wrong, edit {path}",
        )


class PolicyNotApproved(Refused):
    """`policy.toml` is another one than the person has seen, and they did not say yes to it."""

    def __init__(self, path: Path, *, login: str) -> None:
        """Name the policy's `path`, and the `login` that asks again."""
        super().__init__(
            f"{path} is not the policy that was approved; nothing is opened by it, and what is "
            "open stays under the old one",
            do=f"read it, and say yes to it: {login}",
        )


class PersonNeeded(Refused):
    """The policy asks the person something, and nobody can be asked here."""

    def __init__(self, what: str, *, login: str) -> None:
        """Say `what` is to be answered, and name the `login` that asks it."""
        super().__init__(
            f"{what}, and nobody can be asked here; --yes does not answer that",
            do=f"{login}   (in a terminal, without --no-input)",
        )


class NotConfirmed(Refused):
    """The policy wants the profile's name typed, and it was not."""

    def __init__(self, profile: str) -> None:
        """Name the `profile`."""
        super().__init__(
            f"what was typed is not {profile}; its gate stays closed",
            do=f"{login_command(profile=profile)}   (and type: {profile})",
        )


class WrongPerson(Refused):
    """Somebody else signed in than may, or nobody knows who it was."""

    def __init__(self, person: str | None, reason: str, *, do: str) -> None:
        """Say who signed in (`None`: unknown), and the `reason` that it is not enough."""
        who = "it could not be learnt who signed in" if person is None else f"{person} signed in"
        super().__init__(f"{who}, and {reason}; the sign-in was discarded", do=do)


class OutOfScope(Refused):
    """A socket that knows only some gates was asked for something else."""

    def __init__(self, asked: str, *, profiles: Sequence[str]) -> None:
        """Say what was `asked`, and which `profiles` the socket knows."""
        super().__init__(
            f"{asked} is not to be had here: this command was given {', '.join(profiles)} alone",
            do="run it outside of `sekisho exec --only`",
        )


class AgentBusy(Refused):
    """More openings wait for a person than the agent lets wait."""

    def __init__(self, pending: str) -> None:
        """Say what is `pending`: which profile, who asked for it, since when."""
        super().__init__(
            f"too many sign-ins are waiting already; the first of them is {pending}",
            do="finish that one, or end it: sekisho agent stop",
        )


# --- 5: the service ----------------------------------------------------------------------------


class ServiceError(SekishoError):
    """The service cannot be reached, or does not answer as it should."""

    exit_status = ExitStatus.UNREACHABLE


class Unreachable(ServiceError):
    """No answer came."""

    def __init__(self, url: str, reason: str) -> None:
        """Name the `url`'s origin and path, without its query, and the `reason`."""
        super().__init__(
            f'Could not connect to the endpoint URL: "{url}"\n{reason}',
            do="check the network, the proxy (HTTPS_PROXY, NO_PROXY) and AWS_ENDPOINT_URL*",
        )


class TlsNotVerified(ServiceError):
    """The other side's certificate does not verify."""

    def __init__(self, url: str, reason: str) -> None:
        """Name the `url`'s origin and the `reason`."""
        super().__init__(
            f'SSL validation failed for "{url}": {reason}',
            do="pass --ca-bundle FILE, or set AWS_CA_BUNDLE, if a proxy of yours re-signs traffic",
        )


class Throttled(ServiceError):
    """The service said 429 each time it was asked."""

    def __init__(self, operation: str, *, attempts: int) -> None:
        """Name the `operation` and how often it was tried."""
        super().__init__(
            f"An error occurred (TooManyRequestsException) when calling the {operation} "
            f"operation (reached max retries: {attempts - 1})",
            do="wait a minute and run the command again",
        )


class ServiceFailed(ServiceError):
    """The service failed, or answered something that the protocol does not have."""

    def __init__(self, operation: str, *, status: int, reason: str) -> None:
        """Name the `operation`, the HTTP `status`, and the `reason`."""
        super().__init__(
            f"An error occurred ({status}) when calling the {operation} operation: {reason}",
            do="run the command again; if it goes on, the service has a fault",
        )


class AgentSilent(ServiceError):
    """The agent is there, and does not answer."""

    def __init__(self, socket: str, *, seconds: float) -> None:
        """Name the `socket`, and say how long was waited."""
        super().__init__(
            f"the agent has said nothing for {seconds:.0f} seconds\n{socket}",
            do="end it, which closes every gate, and sign in again: sekisho agent stop",
        )


class ServiceRejected(ServiceError):
    """The service rejected a call in its own words, and a new sign-in is not the cure."""

    def __init__(self, operation: str, *, error: str, description: str, do: str = "") -> None:
        """Name the `operation`, the service's `error` and its `description`."""
        super().__init__(
            f"An error occurred ({error}) when calling the {operation} operation: {description}",
            do=do or "check sso_start_url and sso_region",
        )


# --- 130 ---------------------------------------------------------------------------------------


class Interrupted(SekishoError):
    """Ctrl-C. Nothing was left half-written."""

    exit_status = ExitStatus.INTERRUPTED

    def __init__(self) -> None:
        """Take no parts: there is nothing to add."""
        super().__init__("interrupted; nothing was left half-written")
