"""Rights: what each function's role was granted on a running stack, and what it asked for."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import product
from pathlib import Path
from typing import Any

import boto3


@dataclass(frozen=True)
class Right:
    """An action of a function on a resource, or on those like a pattern.

    ``keys`` are pairs of a condition key and a value, such as the key of an item, or its pattern.
    """

    function: str
    action: str
    resource: str
    keys: tuple[tuple[str, str], ...] = ()

    def covers(self, use: "Right") -> bool:
        """Say whether this grant is one that a use needs."""
        used = dict(use.keys)
        return (
            (self.function, self.action) == (use.function, use.action)
            and fnmatchcase(use.resource, self.resource)
            and all(name in used and fnmatchcase(used[name], like) for name, like in self.keys)
        )


class Roles:
    """The roles of a stack's functions, as IAM knows them."""

    def __init__(self) -> None:
        """Find every function of the account and its role."""
        self._iam = boto3.client("iam")
        found = boto3.client("lambda").list_functions()["Functions"]
        self._roles = {
            function["Handler"].split(".")[1]: function["Role"].rpartition("/")[2]
            for function in found
        }

    def granted(self) -> set[Right]:
        """Return every right that a function's role holds, one for each resource and key."""
        return {
            right
            for function in self._roles
            for document in self.documents(function).values()
            for statement in document["Statement"]
            for right in _rights(function, statement)
        }

    def used(self, record: Path) -> set[Right]:
        """Return every right that a function asked for, and was given."""
        functions = {role: function for function, role in self._roles.items()}
        return {
            Right(functions[role], asked["action"], asked["resource"], keys)
            for asked in map(json.loads, record.read_text().splitlines())
            if asked["allowed"] and (role := asked["principal"].split("/")[1]) in functions
            for keys in _pairs(asked["keys"])
        }

    def refused(self, function: str, record: Path) -> set[tuple[str, str]]:
        """Return each (action, resource) that a function was refused."""
        return {
            (asked["action"], asked["resource"])
            for asked in map(json.loads, record.read_text().splitlines())
            if not asked["allowed"] and f"/{self._roles[function]}/" in asked["principal"]
        }

    def documents(self, function: str) -> dict[str, Any]:
        """Return the policies of a function's role by name."""
        role = self._roles[function]
        assert not self._iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
        names = self._iam.list_role_policies(RoleName=role)["PolicyNames"]
        return {
            name: self._iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
            for name in names
        }

    def replace(self, function: str, documents: Mapping[str, Any]) -> None:
        """Write policies over those of a function's role that have the same names."""
        for name, document in documents.items():
            self._iam.put_role_policy(
                RoleName=self._roles[function],
                PolicyName=name,
                PolicyDocument=json.dumps(document),
            )


def _rights(function: str, statement: Mapping[str, Any]) -> Iterator[Right]:
    assert statement["Effect"] == "Allow", statement
    conditions: dict[str, Any] = {}
    for names in statement.get("Condition", {}).values():
        conditions |= {name: _listed(values) for name, values in names.items()}
    for action in _listed(statement["Action"]):
        for resource in _listed(statement["Resource"]):
            for keys in _pairs(conditions):
                yield Right(function, action, resource, keys)


def _pairs(conditions: Mapping[str, Iterable[str]]) -> Iterator[tuple[tuple[str, str], ...]]:
    for values in product(*conditions.values()):
        yield tuple(sorted(zip(conditions, values, strict=True)))


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
