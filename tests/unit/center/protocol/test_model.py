"""The service models, read by us, against the same read by botocore."""

import subprocess
import sys

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.model import Shape as BotocoreShape

from sekisho.center.protocol.model import Kind, Location, Operation, Shape, load

SERVICES = ("sso-oidc", "sso", "sts")


def _same(ours: Shape, theirs: BotocoreShape | None, above: tuple[str, ...] = ()) -> bool:
    if theirs is None or theirs.name in above:
        return not ours.members
    inside = (*above, theirs.name)
    limits = (theirs.metadata.get("min"), theirs.metadata.get("max"))
    alike = (
        ours.kind == theirs.type_name
        and (ours.minimum, ours.maximum) == limits
        and list(ours.choices) == theirs.metadata.get("enum", [])
    )
    if ours.kind is Kind.LIST:
        return alike and ours.element is not None and _same(ours.element, theirs.member, inside)
    if ours.kind is not Kind.STRUCTURE:
        return alike
    return (
        alike
        and ours.members.keys() == theirs.members.keys()
        and all(
            member.wire_name == theirs.members[name].serialization.get("name", name)
            and member.location == theirs.members[name].serialization.get("location", Location.BODY)
            and member.required == (name in theirs.required_members)
            and _same(member.shape, theirs.members[name], inside)
            for name, member in ours.members.items()
        )
    )


@pytest.mark.parametrize("name", SERVICES)
def test_an_operation_is_what_botocore_says(name: str) -> None:
    service, oracle = load(name), ServiceModel(Loader().load_service_model(name, "service-2"), name)

    assert list(service.operations) == oracle.operation_names
    for operation in service.operations.values():
        _check(operation, oracle)


def _check(ours: Operation, oracle: ServiceModel) -> None:
    theirs = oracle.operation_model(ours.name)
    output = theirs.output_shape
    wrapper = None if output is None else output.serialization.get("resultWrapper")

    assert (ours.method, ours.path) == (theirs.http["method"], theirs.http["requestUri"])
    assert _same(ours.input, theirs.input_shape)
    assert _same(ours.output, output)
    assert ours.result_wrapper == wrapper
    assert ours.errors == {shape.name for shape in theirs.error_shapes}


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_and_its_errors_are_what_botocore_says(name: str) -> None:
    service, oracle = load(name), ServiceModel(Loader().load_service_model(name, "service-2"), name)

    assert service.version == oracle.api_version
    assert service.xml_namespace == oracle.metadata.get("xmlNamespace", "")
    assert service.statuses == {
        shape.name: shape.metadata["error"]["httpStatusCode"]
        for shape in oracle.error_shapes
        if "httpStatusCode" in shape.metadata.get("error", {})
    }
    assert service.oauth_errors == {
        shape.name for shape in oracle.error_shapes if "error_description" in shape.members
    }


def test_botocore_itself_is_not_imported() -> None:
    code = "import sys, sekisho.center.serve; print(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True
    )

    assert not {"botocore", "urllib3", "boto3"} & set(run.stdout.split())
