"""One example of every error, with the story's names in it; `docs/generate.py` shows their text."""

from pathlib import Path

from sekisho import errors
from sekisho.errors import SekishoError, login_command

__all__ = ["EXAMPLES"]

_CONFIG = Path("~/.aws/config")
_POLICY = Path("~/.config/sekisho/policy.toml")
_TOKEN = Path("~/.aws/sso/cache/7c211433f02071597741e6ff5a8ea34789abbf43.json")
_LOGIN = login_command(profile="dev")
_SESSION = "hoge-dev"
_CENTER = "http://127.0.0.1:8765"

EXAMPLES: tuple[SekishoError, ...] = (
    errors.UsageError("No such option: --profil", do="sekisho login --help"),
    errors.InputNeeded("write these changes to ~/.aws/config?", option="--yes"),
    errors.LintSettingsInvalid(
        Path("~/.config/sekisho/lint.toml"), 'ignore names "SK999", which is no rule'
    ),
    errors.GenerateSettingsInvalid(
        Path("aws/generate.toml"), 'region_for "*-prod": it is not PATTERN=REGION'
    ),
    errors.PolicyInvalid(
        Path("~/.config/sekisho/policy.toml"), "[environment.prod] has no setting profile"
    ),
    errors.NotExportable("AWS_SESSION_TOKEN", form="windows-cmd"),
    errors.MissingExtra("sekisho center", extra="center"),
    errors.Nested("dev", wanted="stg"),
    errors.ProgramNotStarted("terrafrom", "there is no such program in PATH"),
    errors.SandboxRefused(
        "there is no bubblewrap on this machine", do="apt-get install bubblewrap"
    ),
    errors.ConfigError(
        "The profile is configured to use the services section but the "
        f'"local" services configuration does not exist.\n{_CONFIG}:9',
        do="add a section [services local], or remove `services` from the profile",
    ),
    errors.ConfigUnreadable(_CONFIG, 12, "this is neither a section, a setting nor a comment"),
    errors.ProfileNotFound("dve", near="dev"),
    errors.SessionNotFound("hoge-dve", near="hoge-dev", where=f"{_CONFIG}:7"),
    errors.SessionNotFound("hoge", where=f"{_CONFIG}:3", guarded=True),
    errors.SettingsMissing(
        "dev",
        ("sso_region",),
        where=f"{_CONFIG}:4",
        hint=f"{_CONFIG}:6: AWS knows no key sso_regoin; did you mean sso_region?",
    ),
    errors.SettingsInconsistent(
        "sso_region", "us-east-1", "ap-northeast-1", where=(f"{_CONFIG}:6", f"{_CONFIG}:10")
    ),
    errors.NotSso("ci"),
    errors.SourceProfileNotFound("dve", "deploy", near="dev", where=f"{_CONFIG}:14"),
    errors.ChainLoop("deploy", ("deploy", "release"), where=f"{_CONFIG}:18"),
    errors.CredentialLoop(
        "Credential process resolution detected an infinite loop, profile cycle: dev -> ci -> dev"
    ),
    errors.NotIsolated(
        "dev",
        f"its sso_account_id comes from {Path('~/.aws/credentials')}:3",
        do=f"move that line to [profile dev] in {_CONFIG}, and run the command again",
    ),
    errors.NotGuarded(
        "prod",
        f"{Path('~/.aws/credentials')}:7: aws_access_key_id: static keys win over a "
        "credential_process in most SDKs",
        do=f"take that line out of {Path('~/.aws/credentials')}, or leave the profile out: name "
        "the others with --profile",
    ),
    errors.EditRefused("a section [sso-session dev]", "there is one already"),
    errors.NamesCollide(
        [
            "prod-ReadOnlyAccess: ReadOnlyAccess in 123456789012, and in 123456789013",
            "dev: ~/.aws/config:14 has it for something else than Admin in 123456789012",
        ],
        template="{account_name|slug}-{account_id}-{role_name}",
    ),
    errors.RegionMissing("dev"),
    errors.StartUrlRefused(
        "http://hoge.awsapps.com/start", "The sso_start_url must use the https scheme."
    ),
    errors.EndpointInvalid(
        "localhost:8765",
        "it does not begin with http:// or https://",
        source="AWS_ENDPOINT_URL_SSO",
    ),
    errors.FileUnreadable(_CONFIG, "Permission denied"),
    errors.FileUnwritable(_CONFIG, "No space left on device"),
    errors.FileChanged(_CONFIG),
    errors.FileLocked(Path("~/.local/state/sekisho/locks/config"), seconds=10, holder="4711"),
    errors.NotUndone(
        f"{_CONFIG} is no longer what sekisho wrote on 2026-01-02T03:04:05Z: see the difference to "
        "what it held before; nothing was changed",
        do="edit the file by hand, with that difference before you, or take all of it back: "
        f"cp ~/.local/state/sekisho/backups/config.0123456789abcdef.bak {_CONFIG}",
    ),
    errors.OutputLost("No space left on device"),
    errors.SealKeyDamaged(
        Path("~/.local/state/sekisho/sealed/key.json"), "it is no key file of version 1"
    ),
    errors.PortTaken(8765, "Address already in use"),
    errors.AgentRunning(Path("/run/user/1000/sekisho/agent.sock"), holder="4711"),
    errors.AgentNotStarted("No space left on device"),
    errors.CertificateUnusable(Path("tls.pem"), Path("key.pem"), "they do not belong together"),
    errors.DirectoryInvalid(Path("directory.yaml"), 3, "there is no permission set named Admin"),
    errors.DatabaseRefused("mysql://db.example.com/sekisho", "that is no PostgreSQL"),
    errors.KeysUnusable(Path("~/.local/state/sekisho/center/keys.json"), "it is no JSON object"),
    errors.TokenIssuerKeysUnusable(Path("idp-keys.json"), "it does not read as a JSON Web Key Set"),
    errors.TokenMissing(_SESSION, login=_LOGIN),
    errors.TokenInvalid(_SESSION, _TOKEN, "it is no JSON object", login=_LOGIN),
    errors.TokenExpired(_SESSION, login=_LOGIN, why="it has no refresh token"),
    errors.RefreshFailed(_SESSION, "InvalidGrantException: Invalid grant", login=_LOGIN),
    errors.TokenNotAccepted(_SESSION, login=_LOGIN),
    errors.TokenNotAdopted(_SESSION, _CENTER, login=_LOGIN),
    errors.NothingToAdopt(_SESSION, login=_LOGIN),
    errors.SealKeyLost(Path("~/.local/state/sekisho/sealed"), login=_LOGIN),
    errors.GateClosed("dev", why="its time was up at 2026-11-29 18:00 UTC"),
    errors.SignInTimedOut(minutes=10, login=_LOGIN),
    errors.RoleNotAssigned(
        profile="dev",
        account="123456789012",
        role="AdministratorAccess",
        answer="ForbiddenException",
        roles=("PowerUserAccess", "ReadOnlyAccess"),
    ),
    errors.RoleNotTrusting(
        "deploy",
        "arn:aws:iam::123456789012:role/deployer",
        where=f"{_CONFIG}:13",
        answer="User: arn:aws:sts::123456789011:assumed-role/AWSReservedSSO_ReadOnlyAccess_"
        "0123456789abcdef/hoge@hoge.com is not authorized to perform: sts:AssumeRole on "
        "resource: arn:aws:iam::123456789012:role/deployer",
    ),
    errors.MfaCodeNeeded(
        "deploy",
        "arn:aws:iam::123456789012:mfa/hoge",
        where=f"{_CONFIG}:13",
        chained_profile="deploy",
    ),
    errors.NothingAssigned("No AWS accounts are available to you."),
    errors.SignInDenied("access_denied"),
    errors.Mismatch(
        what="Region", issued_for="us-east-1", asked_for="ap-northeast-1", login=_LOGIN
    ),
    errors.KeyringClosed("it is locked"),
    errors.PassphraseNeeded("SEKISHO_SEAL_PASSPHRASE_FILE"),
    errors.PassphraseWrong(Path("~/.local/state/sekisho/sealed/key.json")),
    errors.PlainHttpRefused("http://sso.example.com"),
    errors.AgentNotUnderstood("Object contains unknown field one"),
    errors.AgentMissing(
        "/run/user/1000/sekisho/agent.sock", login="sekisho login --profile hoge-dev"
    ),
    errors.AgentNotOurs("/run/user/1000/sekisho/agent.sock", "its folder can be entered by others"),
    errors.AgentSilent("/run/user/1000/sekisho/agent.sock", seconds=30),
    errors.AuditNotWritten(
        Path("~/.local/state/sekisho/audit/audit.jsonl"), "No space left on device"
    ),
    errors.PolicyRefused("prod", "account 123456789012 is not one of 123456789011", path=_POLICY),
    errors.PolicyNotApproved(_POLICY, login=_LOGIN),
    errors.PersonNeeded(
        "the policy wants the name of hoge-prod typed", login="sekisho login --profile hoge-prod"
    ),
    errors.NotConfirmed("prod"),
    errors.WrongPerson(
        "other@example.com",
        "prod opens for you@example.com alone",
        do=f"sign out in the browser, then: {login_command(profile='prod')}",
    ),
    errors.OutOfScope("prod", profiles=("dev",)),
    errors.AgentBusy("prod, asked for by sekisho (4711) ← bash (4242) since 09:00 UTC"),
    errors.Unreachable("https://oidc.us-east-1.amazonaws.com/token", "Connection refused"),
    errors.TlsNotVerified(
        "https://oidc.us-east-1.amazonaws.com", "self-signed certificate in certificate chain"
    ),
    errors.Throttled("GetRoleCredentials", attempts=3),
    errors.ServiceFailed("CreateToken", status=502, reason="the answer is no JSON"),
    errors.ServiceRejected(
        "RegisterClient",
        error="InvalidClientMetadataException",
        description="Invalid client metadata provided",
    ),
    errors.Interrupted(),
)
