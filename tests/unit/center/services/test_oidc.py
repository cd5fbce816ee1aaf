import pytest

from tests.unit.center.scene import DEVICE, ORIGIN, START_URL, Build, World, refusal

CODE = "authorization_code"
LOOPBACK = "http://127.0.0.1/oauth/callback"
REFUSED_REGISTRATIONS: dict[str, tuple[dict[str, object], str]] = {
    "no name": ({"clientName": ""}, "InvalidClientMetadataException"),
    "a name that is too long": ({"clientName": "x" * 257}, "InvalidClientMetadataException"),
    "a name with a control character": ({"clientName": "a\x1b[2J"}, "InvalidClientMetadataException"),
    "a confidential client": ({"clientType": "confidential"}, "InvalidClientMetadataException"),
    "an unknown scope": ({"scopes": ["codewhisperer:completions"]}, "InvalidScopeException"),
    "too many scopes": ({"scopes": ["sso:account:access"] * 26}, "InvalidScopeException"),
    "an unknown grant": ({"grantTypes": ["password"]}, "UnsupportedGrantTypeException"),
    "the code grant without scopes": (
        {"grantTypes": [CODE], "redirectUris": [LOOPBACK]},
        "InvalidScopeException",
    ),
    "the code grant without a redirect": (
        {"grantTypes": [CODE], "scopes": ["sso:account:access"]},
        "InvalidRedirectUriException",
    ),
    "too many redirects": ({"redirectUris": [LOOPBACK] * 11}, "InvalidRedirectUriException"),
    "another instance": ({"issuerUrl": "https://other.awsapps.com/start"}, "InvalidRequestException"),
    "an application": (
        {"entitledApplicationArn": "arn:aws:sso::1:application/x/y"},
        "InvalidRequestException",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED_REGISTRATIONS)
def test_a_registration_is_refused_for(world: World, case: str) -> None:
    changed, error = REFUSED_REGISTRATIONS[case]
    answer = world.post(
        "/client/register", **{"clientName": "a-tool", "clientType": "public", **changed}
    )

    assert (answer.status, refusal(answer).error) == (400, error)


@pytest.mark.parametrize(
    "uri",
    [
        "http://127.0.0.1/oauth/callback",
        "http://127.0.0.1",
        "http://127.0.0.1:8400/oauth/callback",
        "http://[::1]/oauth/callback",
    ],
)
def test_a_redirect_may_be_on_the_loopback(world: World, uri: str) -> None:
    fields = {"clientName": "a-tool", "clientType": "public", "redirectUris": [uri]}

    assert world.post("/client/register", **fields).status == 200


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "127.0.0.1/oauth/callback",
        "http://localhost/oauth/callback",
        "http://127.0.0.1/other",
        "http://127.0.0.1/oauth/callback?x",
        "http://127.0.0.1/oauth/callback#x",
        "http://me@127.0.0.1/oauth/callback",
        "http://127.0.0.1:70000/oauth/callback",
        "http://127.0.0.1.example.com/oauth/callback",
        "http://[::1",
        "https://127.0.0.1/oauth/callback",
        "javascript:alert(1)",
    ],
)
def test_a_redirect_may_be_nothing_else(world: World, uri: str) -> None:
    fields = {"clientName": "a-tool", "clientType": "public", "redirectUris": [uri]}

    assert refusal(world.post("/client/register", **fields)).error == "InvalidRedirectUriException"


def test_the_answer_to_a_registration_names_the_endpoints_and_the_end(world: World) -> None:
    answer = world.post("/client/register", clientName="a-tool", clientType="public").json()

    assert answer["authorizationEndpoint"] == f"{ORIGIN}/authorize"
    assert answer["tokenEndpoint"] == f"{ORIGIN}/token"
    assert answer["clientSecretExpiresAt"] - answer["clientIdIssuedAt"] == 90 * 86400
    assert answer["clientIdIssuedAt"] == int(world.clock.now().timestamp())


@pytest.mark.parametrize(
    "url",
    [
        START_URL,
        f"{START_URL}/",
        f"{START_URL}#",
        f"{START_URL}/#/",
        f"{START_URL}/#/device?user_code=X",
        "HTTPS://HOGE.AWSAPPS.COM/start",
        "https://hoge.awsapps.com:443/start",
        f"{ORIGIN}/start",
    ],
)
def test_a_start_url_counts_however_it_was_pasted(world: World, url: str) -> None:
    answer = world.post("/device_authorization", **world.device_client().fields, startUrl=url)

    assert answer.status == 200


def test_the_instances_issuer_counts_as_its_start_url(world: World) -> None:
    url = f"https://identitycenter.amazonaws.com/{world.center.instance.id}"
    answer = world.post("/device_authorization", **world.device_client().fields, startUrl=url)

    assert answer.status == 200


@pytest.mark.parametrize(
    "url", ["", "hoge", "https://hoge.awsapps.com/", "https://x@hoge.awsapps.com/start", "http://[", "https://hoge.awsapps.com:x/start"]
)  # fmt: skip
def test_another_start_url_does_not_count(world: World, url: str) -> None:
    answer = world.post("/device_authorization", **world.device_client().fields, startUrl=url)

    assert refusal(answer).error == "InvalidRequestException"


@pytest.mark.parametrize(
    "path, fields",
    [
        ("/token", {"grantType": DEVICE, "deviceCode": "x"}),
        ("/device_authorization", {"startUrl": START_URL}),
    ],
)
def test_a_wrong_client_is_401_and_hears_the_remedy(
    world: World, path: str, fields: dict[str, str]
) -> None:
    client = world.device_client()
    wrong_secret = world.post(path, clientId=client.client_id, clientSecret="x", **fields)
    wrong_id = world.post(path, clientId="x", clientSecret=client.client_secret, **fields)

    assert [answer.status for answer in (wrong_secret, wrong_id)] == [401, 401]
    assert refusal(wrong_id).error == "InvalidClientException"
    assert "remove the cached registration" in refusal(wrong_id).message


def test_a_grant_that_does_not_exist_is_unsupported(world: World) -> None:
    answer = world.post("/token", **world.device_client().fields, grantType="password")

    assert refusal(answer).error == "UnsupportedGrantTypeException"


def test_a_grant_that_was_not_registered_is_unauthorized(world: World) -> None:
    answer = world.post("/token", **world.device_client().fields, grantType=CODE)

    assert refusal(answer).error == "UnauthorizedClientException"


def test_answers_with_tokens_are_kept_by_no_cache(world: World) -> None:
    client = world.pkce_client()
    headers = world.redeem(client, world.code_for(client)).headers

    assert (headers["Cache-Control"], headers["Pragma"]) == ("no-store", "no-cache")


def test_a_registration_outlives_the_database(world: World, build: Build) -> None:
    client = world.device_client()
    reset = build()

    assert reset.start_device(client)["deviceCode"]


def test_the_settings_may_name_the_origin_that_people_use(build: Build) -> None:
    behind = build(public_url="https://sso.example.com/")

    started = behind.start_device(behind.device_client())

    assert started["verificationUri"] == "https://sso.example.com/device"
