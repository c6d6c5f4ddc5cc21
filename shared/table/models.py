"""Noun table: giving a PynamoDB model its table's name at run time."""

from typing import TypeVar, cast

from pynamodb.models import Model

M = TypeVar("M", bound=Model)


def bound(model: type[M], table_name: str) -> type[M]:
    """Return ``model`` for the table of that name; names are left to CloudFormation."""
    declared = cast("type", model.Meta)
    settings = type("Meta", (declared,), {"table_name": table_name})
    return cast("type[M]", type(model.__name__, (model,), {"Meta": settings}))
