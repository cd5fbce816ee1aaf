"""Whatever the model lets in is answered, or refused with an error that the operation has."""

from typing import Any

import botocore.session
import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sekisho.center.protocol.json11 import Target
from sekisho.center.protocol.model import Kind, Shape
from sekisho.center.services.identitystore import operations as identitystore
from sekisho.center.services.sso_admin import operations as sso_admin
from tests.unit.center.administration.conftest import Clients
from tests.unit.center.scene import World

TARGETS = {"sso-admin": sso_admin.TARGET, "identitystore": identitystore.TARGET}
OPERATIONS = [
    (service, operation) for service, target in TARGETS.items() for operation in target.served
]
_COMMON = {"ValidationException", "ThrottlingException", "AccessDeniedException"}


def values(shape: Shape, ours: dict[str, str], name: str = "") -> st.SearchStrategy[Any]:
    """What the model allows, often with the names of what is there."""
    if shape.document:
        return st.recursive(st.none() | st.text(max_size=5) | st.integers(), st.lists, max_leaves=3)
    match shape.kind:
        case Kind.STRUCTURE:
            return structures(shape, ours)
        case Kind.LIST:
            assert shape.element is not None
            least, most = shape.minimum or 0, min(shape.maximum or 2, 2)
            return st.lists(values(shape.element, ours), min_size=least, max_size=max(least, most))
        case Kind.MAP:
            assert shape.entry is not None
            return st.dictionaries(st.text(max_size=5), values(shape.entry, ours), max_size=2)
        case Kind.BOOLEAN:
            return st.booleans()
        case Kind.INTEGER | Kind.LONG:
            return st.integers(shape.minimum or 0, shape.maximum or 100)
        case Kind.STRING if shape.choices:
            return st.sampled_from(shape.choices)
        case Kind.STRING if name in ours:
            return st.just(ours[name])
        case Kind.STRING:
            return st.text(min_size=shape.minimum or 0, max_size=max(shape.minimum or 0, 20))
    raise AssertionError(shape.kind)


def structures(shape: Shape, ours: dict[str, str]) -> st.SearchStrategy[Any]:
    members = {each: values(member.shape, ours, each) for each, member in shape.members.items()}
    if shape.union:
        return st.one_of([st.fixed_dictionaries({each: one}) for each, one in members.items()])
    required = {each for each, member in shape.members.items() if member.required}
    return st.fixed_dictionaries(
        {each: value for each, value in members.items() if each in required},
        optional={each: value for each, value in members.items() if each not in required},
    )


@pytest.fixture
def backend(request: pytest.FixtureRequest) -> str:
    """One is enough: what is read and checked is the same before either."""
    return "sqlite"


@pytest.mark.parametrize("service, operation", OPERATIONS)
@settings(max_examples=5, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_what_the_model_allows_is_answered_or_refused_in_its_own_words(
    service: str, operation: str, world: World, clients: Clients, instance: str, data: st.DataObject
) -> None:
    target: Target = TARGETS[service]
    ours = {
        "InstanceArn": instance,
        "IdentityStoreId": world.center.instance.identity_store_id,
    }
    model = target.service.operations[operation]
    parameters = data.draw(values(model.input, ours))
    client = clients(service)
    client._serializer._param_validator.validate = _no_complaint

    try:
        client._make_api_call(operation, parameters)
    except ClientError as error:
        answer = error.response
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 400
        assert answer["Error"]["Code"] in model.errors | _COMMON


class _NothingWrong:
    def has_errors(self) -> bool:
        return False


def _no_complaint(*_: object) -> _NothingWrong:
    """What botocore would refuse to send is for the center to refuse."""
    return _NothingWrong()


def test_every_operation_of_both_services_is_served() -> None:
    session = botocore.session.get_session()
    missing = {
        operation
        for service, target in TARGETS.items()
        for operation in session.get_service_model(service).operation_names
        if operation not in target.served
    }

    assert missing == set()
