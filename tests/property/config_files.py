"""Config files as people, tools and accidents write them: strategies for the awsconfig laws."""

from hypothesis import strategies as st

STORY = """\
# dev and stg
[profile dev]
sso_session = hoge-dev
sso_account_id = 1234567891011
sso_role_name = AdministratorAccess
region = ap-northeast-1
s3 =
    addressing_style = path

    # inside
    max_concurrent_requests = 20

[sso-session hoge-dev]
sso_region = us-east-1
sso_start_url = https://hoge.awsapps.com/start
sso_registration_scopes = sso:account:access

[profile "stg east"]
credential_process = "/opt/my tool" --for 'stg east'
  --and more
services = local

[services local]
sso =
  endpoint_url = http://127.0.0.1:8765
[DEFAULT]
output : json
[default]
region=us-west-2
"""

BLANKS = [" ", "\t", "\x0b", "\x0c", "\x1c", "\x85", "\xa0", "\u2028", "\u3000"]
ENDINGS = ["\n", "\n", "\n", "\r\n", "\r\n", "\r"]
HEADERS = [
    "[default]",
    "[DEFAULT]",
    "[profile a]",
    "[profile b]",
    '[profile "a"]',
    "[profile 'a b']",
    r"[profile a\ b]",
    "[profile a b]",
    "[profile]",
    "[profile ]",
    '[profile ""]',
    '[profile "a]',
    "[profile\ta]",
    "[profile   a  ]",
    "[ profile a ]",
    "[profilefoo bar]",
    "[profiles]",
    "[Profile a]",
    "[profile default]",
    "[profile a]b]",
    "[profile c] trailing text",
    "[profile 開発]",
    "[profile a\u3000b]",
    "[profile é\x85]",
    "[sso-session s]",
    "[sso-session t]",
    "[sso-sessions t]",
    "[sso-session 's']",
    "[services local]",
    "[services-x y]",
    "[sekisho-session s]",
    "[sekisho-session 's']",
    "[plugins]",
    "[a]",
    "[[]]",
    "[]]",
]
KEYS = [
    "region",
    "REGION",
    "Region",
    "output",
    "sso_session",
    "sso_start_url",
    "services",
    "s3",
    "key with blanks",
    "İ",
    "ключ",
    "[odd",
    "a]",
    "x\x1cy",
]
VALUES = [
    "",
    "v",
    "us-east-1",
    "a=b:c",
    "%(region)s",
    "%",
    "1 # not a comment",
    '"quoted"',
    "[profile z]",
    "日本",
    "a\x0bb",
    "x\u2028y = z",
    "\ufeff",
]
NONSENSE = ["[]", "[", "]", "nonsense", "= no key", ": no key", "[half", "key", "\ufeffx", "\x00"]
COMMENTS = ["# a comment", "; another", "#", "  # indented", "\t; key = value"]

_SPOILT = ["", " ", "# no", "; no", "[x]", *NONSENSE]
"""What botocore takes for more of a value when it is indented, and mostly refuses when nested."""

keys = st.sampled_from(KEYS) | st.text("abZ_-.é", min_size=1, max_size=3)
values = st.sampled_from(VALUES) | st.text(max_size=4)
delimiters = st.sampled_from([" = ", "=", ":", " : ", "\t=\t", " =", "= ", "\xa0=\u3000"])
deeper = st.sampled_from([" ", "  ", "    ", "\t", "\t\t", "\u3000 "])
comments = st.lists(st.sampled_from(["", " ", *COMMENTS]), max_size=2)

pairs = st.builds("{}{}{}".format, keys, st.just(" = "), values)
nothing: list[str] = []
plain = st.tuples(keys, delimiters, values, st.just(nothing))
continued = st.tuples(
    keys,
    delimiters,
    values,
    st.lists(st.builds(str.__add__, deeper, st.sampled_from(VALUES + _SPOILT)), max_size=3),
)
nested = st.tuples(
    keys,
    delimiters,
    st.just(""),
    st.lists(st.builds(str.__add__, deeper, st.one_of(pairs, pairs, comments.map("".join)))),
)
spoilt = st.tuples(
    keys,
    delimiters,
    st.just(""),
    st.lists(st.builds(str.__add__, deeper, pairs | st.sampled_from(_SPOILT)), max_size=3),
)
settings = st.one_of(plain, plain, plain, continued, nested)


def _name(setting: tuple[str, str, str, list[str]]) -> str:
    """The key as botocore compares it; what follows a delimiter inside it is none of it."""
    return setting[0].partition("=")[0].partition(":")[0].strip().lower()


def _lines(
    outer: str,
    header: str,
    inner: str,
    entries: list[tuple[str, str, str, list[str]]],
    notes: list[str],
) -> list[str]:
    lines = [outer + header, *notes]
    for key, delimiter, value, more in entries:
        lines += [inner + key + delimiter + value, *(inner + line for line in more), *notes[:1]]
    return lines


def _sections(header: str, *, unique: bool) -> st.SearchStrategy[list[str]]:
    inside = (
        st.lists(settings, max_size=4, unique_by=_name)
        if unique
        else st.lists(settings | spoilt, max_size=4)
    )
    return st.builds(
        _lines,
        st.sampled_from(["", "", "", " ", "\t"]),
        st.just(header),
        st.sampled_from(["", "", "", "  ", "\t"]),
        inside,
        comments,
    )


def _files(*, unique: bool) -> st.SearchStrategy[list[str]]:
    headers = st.lists(st.sampled_from(HEADERS), min_size=1, max_size=4, unique=unique)
    return headers.flatmap(
        lambda chosen: st.tuples(*(_sections(header, unique=unique) for header in chosen))
    ).map(lambda parts: [line for part in parts for line in part])


def _written(lines: list[str], ending: str, last: str, odd: tuple[int, str] | None) -> bytes:
    endings = [ending] * (len(lines) - 1) + [last]
    if odd is not None:
        endings[odd[0] % len(lines)] = odd[1]
    text = "".join(line + end for line, end in zip(lines, endings, strict=True))
    return text.encode("utf-8", "surrogatepass")


def _bytes(lines: st.SearchStrategy[list[str]]) -> st.SearchStrategy[bytes]:
    ending = st.sampled_from(ENDINGS)
    odd = st.none() | st.tuples(st.integers(0, 30), ending)
    return st.builds(_written, lines, ending, ending | st.just(""), odd)


def _with_noise(lines: list[str], at: int, noise: str) -> list[str]:
    at %= len(lines) + 1
    return [*lines[:at], noise, *lines[at:]]


tidy_files = _bytes(_files(unique=True))
"""What botocore reads, nearly always."""
untidy_files = _bytes(_files(unique=False))
noisy_files = _bytes(
    st.builds(
        _with_noise,
        _files(unique=True),
        st.integers(0, 30),
        st.sampled_from(NONSENSE + COMMENTS + HEADERS) | st.text(max_size=5),
    )
)
files_with_bom = tidy_files.map(b"\xef\xbb\xbf".__add__)


@st.composite
def mutations(draw: st.DrawFn) -> bytes:
    """A real file after a few accidents: bytes cut out, put in, doubled."""
    data = STORY.encode()
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        match draw(st.sampled_from(["cut", "insert", "double", "endings"])):
            case "cut":
                data = data[:at] + data[at + draw(st.integers(1, 30)) :]
            case "insert":
                piece = st.sampled_from(["\n", "\r", " ", "[", "]", "=", ":", "#", '"', *BLANKS])
                data = data[:at] + draw(piece.map(str.encode) | st.binary(max_size=3)) + data[at:]
            case "double":
                data = data[:at] + data[max(0, at - draw(st.integers(1, 60))) :]
            case _:
                data = data.replace(b"\n", draw(st.sampled_from([b"\r\n", b"\r"])))
    return data


config_files = st.one_of(tidy_files, tidy_files, untidy_files, noisy_files, mutations())
