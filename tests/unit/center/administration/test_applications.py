"""Applications, token issuers, attributes and Regions: said again as they were told."""

from typing import Any

import pytest

from tests.unit.center.administration.conftest import Clients
from tests.unit.center.administration.test_sso_admin import person, refusal
from tests.unit.center.scene import World

CUSTOM = "arn:aws:sso::aws:applicationProvider/custom"
EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
GONE = "ResourceNotFoundException"


@pytest.fixture
def client(clients: Clients) -> Any:
    return clients("sso-admin")


@pytest.fixture
def application(client: Any, instance: str) -> str:
    arn: str = client.create_application(
        InstanceArn=instance,
        ApplicationProviderArn=CUSTOM,
        Name="gatehouse",
        Description="at Hakone",
        PortalOptions={"Visibility": "ENABLED", "SignInOptions": {"Origin": "IDENTITY_CENTER"}},
        Tags=[{"Key": "team", "Value": "guards"}],
    )["ApplicationArn"]
    return arn


def test_an_application_is_described_as_created_and_updated(client: Any, application: str) -> None:
    before = client.describe_application(ApplicationArn=application)
    client.update_application(ApplicationArn=application, Name="checkpoint", Status="DISABLED")
    after = client.describe_application(ApplicationArn=application)

    assert (before["Name"], before["Status"]) == ("gatehouse", "ENABLED")
    assert (after["Name"], after["Status"]) == ("checkpoint", "DISABLED")
    assert after["Description"] == "at Hakone"
    assert after["PortalOptions"] == before["PortalOptions"]


def test_one_client_token_makes_one_application(client: Any, instance: str) -> None:
    new = {
        "InstanceArn": instance,
        "ApplicationProviderArn": CUSTOM,
        "Name": "gatehouse",
        "ClientToken": "once-only",
    }
    made = {client.create_application(**new)["ApplicationArn"] for _ in range(2)}

    assert len(made) == 1
    assert len(client.list_applications(InstanceArn=instance)["Applications"]) == 1
    assert refusal(client.create_application, **{**new, "Name": "other"}) == "ConflictException"


def test_what_belongs_to_an_application_goes_with_it(
    client: Any, application: str, world: World
) -> None:
    principal = {"PrincipalId": person(world), "PrincipalType": "USER"}
    client.create_application_assignment(ApplicationArn=application, **principal)
    client.put_application_access_scope(ApplicationArn=application, Scope="sso:account:access")
    client.delete_application(ApplicationArn=application)
    left = client.list_application_assignments_for_principal(
        InstanceArn=f"arn:aws:sso:::instance/{world.center.instance.id}", **principal
    )["ApplicationAssignments"]

    assert left == []
    assert refusal(client.describe_application, ApplicationArn=application) == GONE
    assert refusal(client.list_tags_for_resource, ResourceArn=application) == GONE


def test_assignments_of_an_application(client: Any, application: str, world: World) -> None:
    new = {
        "ApplicationArn": application,
        "PrincipalId": person(world),
        "PrincipalType": "USER",
    }
    client.create_application_assignment(**new)
    again = refusal(client.create_application_assignment, **new)
    described = client.describe_application_assignment(**new)
    listed = client.list_application_assignments(ApplicationArn=application)
    client.delete_application_assignment(**new)

    assert again == "ConflictException"
    assert {name: described[name] for name in new} == new
    assert listed["ApplicationAssignments"] == [new]
    assert refusal(client.describe_application_assignment, **new) == GONE


def test_scopes_grants_and_methods_are_put_got_listed_and_deleted(
    client: Any, application: str
) -> None:
    this = {"ApplicationArn": application}
    grant = {"TokenExchange": dict[str, object]()}
    method = {"Iam": {"ActorPolicy": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow"}]}}}
    client.put_application_access_scope(**this, Scope="a:b", AuthorizedTargets=[application])
    client.put_application_grant(**this, GrantType=EXCHANGE, Grant=grant)
    client.put_application_authentication_method(
        **this, AuthenticationMethodType="IAM", AuthenticationMethod=method
    )

    scope = client.get_application_access_scope(**this, Scope="a:b")
    assert scope["AuthorizedTargets"] == [application]
    assert client.list_application_access_scopes(**this)["Scopes"] == [
        {"Scope": "a:b", "AuthorizedTargets": [application]}
    ]
    assert client.get_application_grant(**this, GrantType=EXCHANGE)["Grant"] == grant
    assert client.list_application_grants(**this)["Grants"] == [
        {"GrantType": EXCHANGE, "Grant": grant}
    ]
    found = client.get_application_authentication_method(**this, AuthenticationMethodType="IAM")
    assert found["AuthenticationMethod"] == method
    assert client.list_application_authentication_methods(**this)["AuthenticationMethods"] == [
        {"AuthenticationMethodType": "IAM", "AuthenticationMethod": method}
    ]

    client.delete_application_access_scope(**this, Scope="a:b")
    client.delete_application_grant(**this, GrantType=EXCHANGE)
    client.delete_application_authentication_method(**this, AuthenticationMethodType="IAM")
    assert refusal(client.get_application_access_scope, **this, Scope="a:b") == GONE
    assert refusal(client.get_application_grant, **this, GrantType=EXCHANGE) == GONE
    assert (
        refusal(
            client.get_application_authentication_method, **this, AuthenticationMethodType="IAM"
        )
        == GONE
    )


def test_a_grant_of_another_kind_than_its_type_is_refused(client: Any, application: str) -> None:
    code = refusal(
        client.put_application_grant,
        ApplicationArn=application,
        GrantType="refresh_token",
        Grant={"AuthorizationCode": {}},
    )

    assert code == "ValidationException"


def test_what_an_application_is_set_to_is_got_again(client: Any, application: str) -> None:
    this = {"ApplicationArn": application}
    before = client.get_application_assignment_configuration(**this)["AssignmentRequired"]
    client.put_application_assignment_configuration(**this, AssignmentRequired=False)
    client.put_application_session_configuration(
        **this, UserBackgroundSessionApplicationStatus="ENABLED"
    )
    session = client.get_application_session_configuration(**this)

    assert before is True
    assert not client.get_application_assignment_configuration(**this)["AssignmentRequired"]
    assert session["UserBackgroundSessionApplicationStatus"] == "ENABLED"


def test_there_is_one_provider_of_applications(client: Any, instance: str) -> None:
    (found,) = client.list_application_providers()["ApplicationProviders"]
    described = client.describe_application_provider(ApplicationProviderArn=CUSTOM)
    other = "arn:aws:sso::aws:applicationProvider/other"

    assert found["ApplicationProviderArn"] == described["ApplicationProviderArn"] == CUSTOM
    assert (
        refusal(
            client.create_application, InstanceArn=instance, ApplicationProviderArn=other, Name="x"
        )
        == GONE
    )


def test_a_token_issuer_is_described_updated_and_deleted(
    client: Any,
    instance: str,
) -> None:
    oidc = {
        "IssuerUrl": "https://idp.example.com",
        "ClaimAttributePath": "email",
        "IdentityStoreAttributePath": "emails.value",
        "JwksRetrievalOption": "OPEN_ID_DISCOVERY",
    }
    new = {
        "InstanceArn": instance,
        "Name": "idp",
        "TrustedTokenIssuerType": "OIDC_JWT",
        "TrustedTokenIssuerConfiguration": {"OidcJwtConfiguration": oidc},
    }
    arn = client.create_trusted_token_issuer(**new)["TrustedTokenIssuerArn"]
    again = refusal(client.create_trusted_token_issuer, **new)
    client.update_trusted_token_issuer(
        TrustedTokenIssuerArn=arn,
        Name="other",
        TrustedTokenIssuerConfiguration={"OidcJwtConfiguration": {"ClaimAttributePath": "sub"}},
    )
    found = client.describe_trusted_token_issuer(TrustedTokenIssuerArn=arn)
    listed = client.list_trusted_token_issuers(InstanceArn=instance)["TrustedTokenIssuers"]
    client.delete_trusted_token_issuer(TrustedTokenIssuerArn=arn)

    assert again == "ConflictException"
    changed = {"OidcJwtConfiguration": {**oidc, "ClaimAttributePath": "sub"}}
    assert found["TrustedTokenIssuerConfiguration"] == changed
    assert [each["Name"] for each in listed] == ["other"]
    assert refusal(client.describe_trusted_token_issuer, TrustedTokenIssuerArn=arn) == GONE


def test_access_control_attributes_are_there_once(client: Any, instance: str) -> None:
    this = {"InstanceArn": instance}
    name = "InstanceAccessControlAttributeConfiguration"

    def attributes(key: str) -> dict[str, Any]:
        source = {"Source": ["${path:enterprise.costCenter}"]}
        return {name: {"AccessControlAttributes": [{"Key": key, "Value": source}]}}

    create = client.create_instance_access_control_attribute_configuration
    describe = client.describe_instance_access_control_attribute_configuration
    none_yet = refusal(describe, **this)
    create(**this, **attributes("CostCenter"))
    again = refusal(create, **this, **attributes("CostCenter"))
    client.update_instance_access_control_attribute_configuration(**this, **attributes("Team"))
    found = describe(**this)
    client.delete_instance_access_control_attribute_configuration(**this)

    assert (none_yet, again) == (GONE, "ConflictException")
    assert found[name] == attributes("Team")[name]
    assert found["Status"] == "ENABLED"
    assert refusal(describe, **this) == GONE


def test_regions_are_added_and_removed_but_for_the_instances_own(
    client: Any,
    instance: str,
) -> None:
    this = {"InstanceArn": instance}
    client.add_region(**this, RegionName="eu-west-1")
    names = [each["RegionName"] for each in client.list_regions(**this)["Regions"]]
    primary = client.describe_region(**this, RegionName="us-east-1")["IsPrimaryRegion"]
    client.remove_region(**this, RegionName="eu-west-1")

    assert names == ["eu-west-1", "us-east-1"]
    assert primary
    assert refusal(client.describe_region, **this, RegionName="eu-west-1") == GONE
    assert refusal(client.remove_region, **this, RegionName="us-east-1") == "ConflictException"


def test_the_one_instance_is_neither_made_again_nor_deleted(
    client: Any,
    instance: str,
) -> None:
    assert refusal(client.create_instance, Name="x") == "ServiceQuotaExceededException"
    assert refusal(client.delete_instance, InstanceArn=instance) == "ConflictException"
