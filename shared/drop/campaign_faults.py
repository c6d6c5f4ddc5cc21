"""Noun drop: the reason code of a campaign that is not valid, in the words of every dataset."""

from pydantic import ValidationError

from shared.campaign.events import UnsoundValueError
from shared.drop.datasets import Column, Kind
from shared.drop.json_lines import NotFiniteNumber
from shared.id.told_paths import told_name

_INSTANTS = ("starts_at", "ends_at")
_BY_TYPE = {
    "missing": "missing",
    "id_missing": "missing",
    "string_too_short": "missing",
    "too_short": "missing",
    "id_invisible_char": "invisible_char",
    "string_too_long": "too_long",
    "too_long": "too_long",
    "tuple_type": "not_a_list",
    "finite_number": "not_finite",
    "greater_than": "out_of_range",
    "greater_than_equal": "out_of_range",
    "less_than": "out_of_range",
    "less_than_equal": "out_of_range",
    "int_type": "not_a_number",
    "int_from_float": "not_a_number",
    "int_parsing_size": "out_of_range",
    "float_type": "not_a_number",
}


def campaign_fault(error: ValidationError) -> tuple[str, str]:
    """Return the reason code of the first fault, and the field that has it.

    A field that no campaign has is ``unknown_field`` whatever it is called: its name goes into no
    code, and is given only where it is a plain word: it may be an id.
    """
    first = error.errors(include_url=False)[0]
    kind, where, value = first["type"], first["loc"], first["input"]
    broken = first.get("ctx", {}).get("error")
    if isinstance(broken, UnsoundValueError):
        kind = broken.fault
    if not where:
        if not isinstance(value, dict):
            return "not_an_object", ""
        return kind, kind.removesuffix("_out_of_range")
    field = str(where[0])
    if kind == "extra_forbidden":
        return "unknown_field", told_name(field)
    is_id = field.endswith(("_id", "_ids"))
    fault = _fault(field, kind, value, is_id=is_id)
    named = field.removesuffix("s") if len(where) > 1 and is_id else field
    is_value = is_id and fault != "not_a_list" and (len(where) > 1 or field.endswith("_id"))
    code = Column(named, Kind.ID).code(fault) if is_value else f"{field}_{fault}"
    return code, ".".join(map(str, where))


def _fault(field: str, kind: str, value: object, *, is_id: bool) -> str:
    if value is None:
        return "missing"
    if isinstance(value, NotFiniteNumber):
        return "not_finite"
    if field in _INSTANTS:
        return "missing" if kind == "missing" else "not_a_date"
    if kind == "string_unicode":
        return "invisible_char" if is_id else "not_text"
    if kind == "string_type" and (is_id or field == "name"):
        return "not_text"
    if kind == "float_type" and isinstance(value, int) and not isinstance(value, bool):
        return "out_of_range"  # of floats
    return _BY_TYPE.get(kind, "not_known")
