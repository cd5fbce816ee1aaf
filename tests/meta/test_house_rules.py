"""How the code is written: what ruff, mypy and the import floors do not see."""

import ast

from tests.meta.source import (
    ROOT,
    Module,
    calls,
    dotted,
    exported_names,
    modules,
    ours,
    public_names,
)

FRONT_DOOR = "testing/__init__.py"
"""The one package with names of its own; `tests/unit/testing/test_front_door.py` holds it."""

DRAWERS = {"common", "helper", "helpers", "misc", "types", "util", "utils"}

SPEAKS = ("cli/", "demo/", "center/serve.py")
"""Where the process has a stdout: the commands, the demo, and the center's first line."""

CATCHES_ANYTHING = (
    "cli/main.py",
    "adapters/",
    "quick.py",
    "login/crew.py",
    "credentials/kept.py",
)
"""A bug becomes a message; what is foreign becomes ours; a doubt is left to the long way; what a
thread raises is raised where it is waited for."""

REVEALS = {
    "adapters/http_urllib3.py": "the proxy's login",
    "aws/oidc.py": "codes and the refresh token, to CreateToken",
    "center/assertions.py": "PyJWT, which verifies it",
    "center/directory/apply.py": "the password hasher",
    "center/directory/invitations.py": "the password hasher, and a hash to look up",
    "center/directory/people.py": "the password hasher",
    "center/directory/roster.py": "the password hasher, and the rule for passwords",
    "center/factors/totp.py": "pyotp, which makes the codes",
    "center/directory/scim_tokens.py": "a hash to look up",
    "center/grants/refresh_token.py": "a hash to look up",
    "center/own_password.py": "the password hasher",
    "center/pages/authenticator_app.py": "the page, and its picture, for the person who adds the app",
    "center/pages/administration/person_acts.py": "the link of an invitation, shown once",
    "center/pages/credentials.py": "the portal's page, for the person who asked for it",
    "center/sealing.py": "what is sealed",
    "center/pages/recovery_codes.py": "the page that shows them, once",
    "center/serve.py": "the second line of stdout, for the tests that asked for it",
    "center/services/oidc.py": "the answers of RegisterClient, StartDeviceAuthorization, CreateToken",
    "center/services/portal.py": "the answer of GetRoleCredentials",
    "center/services/token_with_iam.py": "the answer of CreateTokenWithIAM",
    "center/services/sts.py": "the answer of AssumeRole",
    "center/services/signature.py": "a hash to compare",
    "adapters/keyring.py": "the keyring's own process, through a pipe",
    "center/tokens.py": "a hash to look up, a key to derive from",
    "cli/commands/center_invite.py": "the link, to stdout",
    "cli/commands/center_scim_token.py": "stdout: a token that was made, once",
    "cli/commands/console.py": "the URL that opens the console, to stdout or the browser",
    "cli/commands/center_user.py": "stdout: a password that was made, once",
    "cli/sealing.py": "whether a passphrase is nothing",
    "credentials/formats.py": "stdout: that is what it was asked for",
    "credentials/sso_role.py": "a hash that binds",
    "guard/endpoint.py": "the endpoint's answer, for who has its token",
    "launch/exec.py": "the endpoint's token, to a file of its own, 0600",
    "login/adopt.py": "a hash that binds",
    "login/callback.py": "a comparison in constant time",
    "login/pkce.py": "the state in the URL; the verifier's hash",
    "login/refresh.py": "a hash that binds",
    "login/sign_in.py": "a hash that binds",
    "store/cachefile.py": "the AWS CLI's cache files, 0600",
    "store/keys.py": "a hash that binds",
    "store/key_file.py": "what a passphrase is stretched to",
    "store/memory.py": "a hash that binds",
    "store/native.py": "a hash that binds",
    "store/records.py": "a hash that binds",
    "store/sealbox.py": "the data key, to what is derived from it, and sealed by a passphrase",
    "store/sealed.py": "a hash that binds",
    "testing/authenticator_app.py": "pyotp, which makes the codes",
    "testing/visitor.py": "the password field of the center's page",
    "wire/federation.py": "credentials for a sign-in token; that token in the URL that it opens",
    "wire/oidc.py": "the client's secret, to sso-oidc",
    "wire/portal.py": "the portal's bearer header",
    "wire/sts.py": "the MFA code, to AssumeRole",
    "wire/sigv4.py": "the session token's header; the signing key",
}
"""Every file in which a secret leaves its wrapping, and where it goes."""

LONGEST_FUNCTION = 50
LONGEST_FILE = 400
LONGER_FILES = {"errors.py": "one tree, in one place"}


def _source() -> tuple[Module, ...]:
    return modules("src")


def test_there_are_no_drawers() -> None:
    everything = _source() + modules("tests") + modules("bench")

    assert not [
        module.name for module in everything if {*module.path.parts, module.path.stem} & DRAWERS
    ]


def test_a_package_says_what_it_is_and_exports_nothing() -> None:
    wrong = []
    for module in _source():
        if module.path.name == "__init__.py" and module.below not in ("__init__.py", FRONT_DOOR):
            only_docstring = len(module.tree.body) == 1 and ast.get_docstring(module.tree)
            wrong += [] if only_docstring else [module.name]

    assert not wrong


def test_the_top_package_is_empty_so_that_importing_it_costs_nothing() -> None:
    assert not (ROOT / "src/sekisho/__init__.py").read_bytes()


def test_all_names_everything_that_a_module_defines_for_others() -> None:
    wrong = {
        module.name: difference
        for module in _source()
        if (difference := public_names(module) - set(exported_names(module)))
    }

    assert not wrong


def test_what_a_module_exports_is_its_own_or_its_rooms() -> None:
    wrong = {
        module.name: difference
        for module in _source()
        if (difference := set(exported_names(module)) - public_names(module) - ours(module))
        and module.below != FRONT_DOOR
    }

    assert not wrong


def test_only_the_command_line_prints() -> None:
    assert not [
        module.at(call)
        for module in _source()
        for call, name in calls(module)
        if name == "print" and not module.below.startswith(SPEAKS)
    ]


def test_nothing_asks_behind_the_terminals_back() -> None:
    assert not [
        module.at(call)
        for module in _source()
        for call, name in calls(module)
        if name in {"input", "getpass.getpass"} and module.below != "adapters/terminal.py"
    ]


def test_only_the_command_line_exits() -> None:
    exits = {"sys.exit", "os._exit", "exit", "quit"}

    assert not [
        module.at(call)
        for module in _source()
        for call, name in calls(module)
        if name in exits and not module.below.startswith(("cli/main.py", "__main__.py"))
    ]


def test_no_handler_swallows_what_it_does_not_know() -> None:
    assert not [
        module.at(node)
        for module in _source()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ExceptHandler)
        and _catches_anything(node)
        and not _raises_it_again(node)
        and not module.below.startswith(CATCHES_ANYTHING)
    ]


def _catches_anything(handler: ast.ExceptHandler) -> bool:
    match handler.type:
        case None:
            return True
        case ast.Tuple(elts=caught):
            return bool({dotted(one) for one in caught} & {"Exception", "BaseException"})
        case caught:
            return dotted(caught) in {"Exception", "BaseException"}


def _raises_it_again(handler: ast.ExceptHandler) -> bool:
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def test_secrets_leave_their_wrapping_only_where_it_is_meant() -> None:
    revealing = {
        module.below
        for module in _source()
        for call, name in calls(module)
        if isinstance(call.func, ast.Attribute) and name.endswith(".reveal")
    }

    assert revealing == REVEALS.keys()


def test_no_function_is_too_long_to_see_whole() -> None:
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)

    assert not [
        f"{module.at(node)} {node.name}: {length} lines"
        for module in _source() + modules("tests") + modules("bench")
        for node in ast.walk(module.tree)
        if isinstance(node, functions)
        and (length := (node.end_lineno or 0) - node.lineno + 1) > LONGEST_FUNCTION
    ]


def test_no_file_is_too_long_to_know() -> None:
    assert not [
        f"{module.name}: {length} lines"
        for module in _source() + modules("tests") + modules("bench")
        if (length := module.path.read_bytes().count(b"\n")) > LONGEST_FILE
        and module.below not in LONGER_FILES
    ]


def test_no_error_of_ours_is_defined_outside_the_tree() -> None:
    tree = public_names(next(module for module in _source() if module.below == "errors.py"))

    assert not [
        module.at(node)
        for module in _source()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef)
        and module.below != "errors.py"
        and {dotted(base).rpartition(".")[2] for base in node.bases} & tree
    ]
