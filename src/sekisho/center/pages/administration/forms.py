"""What is wrong with a form, shown at its field: a fault of the model or of the operation, in plain words."""

from collections.abc import Mapping
from dataclasses import dataclass

from sekisho.center.protocol.fault import Fault

__all__ = ["Wrong", "given", "wrong_with"]


@dataclass(frozen=True, slots=True)
class Wrong:
    """One fault."""

    field: str
    """The name of the form's field; empty where it is about none of them."""
    text: str
    """What it is: the name of a text of `wrong`."""
    limit: int | None
    message: str
    """What an API's caller would be told, in English."""


def wrong_with(fault: Fault, fields: Mapping[str, str], *, unique: str = "") -> Wrong:
    """Say what `fault` means for a form whose `fields` are by the model's members.

    `unique` is the field whose value nobody else may have. Raises what is no fault of the form.
    """
    if fault.name == "ConflictException":
        changed = fault.details.get("Reason") == "CONCURRENT_MODIFICATION"
        text = "changed" if changed else "taken" if unique else "other"
        return Wrong("" if changed else unique, text, None, fault.message)
    if fault.name not in ("ValidationException", "ServiceQuotaExceededException"):
        raise fault
    field = fields.get(fault.at, "")
    text = str(fault.rule) if field and fault.name == "ValidationException" else "other"
    return Wrong(field, text, fault.limit, fault.message)


def given(form: Mapping[str, str], members: Mapping[str, str]) -> dict[str, object]:
    """Return what was typed, by the model's members; what was left empty is left out."""
    typed = {member: form.get(field, "").strip() for member, field in members.items()}
    return {member: text for member, text in typed.items() if text}
