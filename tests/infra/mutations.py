"""Changes of the template that no platform team would let pass: how they are made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

GONE = object()
STATEMENTS = ("PolicyDocument", "Statement")


@dataclass(frozen=True)
class Mutation:
    """What one resource's property becomes, and the rule that this breaks.

    ``name`` is the beginning of the resource's logical id, ``at`` the path of the property; "+"
    appends to a list. Without a path the value is a resource of its own.
    """

    breaks: str
    kind: str
    name: str
    at: Sequence[str | int]
    becomes: Any

    def apply(self, resources: dict[str, Any]) -> None:
        """Change the resource.

        Raises:
            ValueError: no resource has that kind and name, or several have.
        """
        if not self.at:
            resources[self.name] = {"Type": self.kind, "Properties": self.becomes}
            return
        place = resources[self._logical_id(resources)]
        for step in self.at[:-1]:
            place = place[step]
        if self.becomes is GONE:
            del place[self.at[-1]]
        elif self.at[-1] == "+":
            place.append(self.becomes)
        else:
            place[self.at[-1]] = self.becomes

    def _logical_id(self, resources: Mapping[str, Any]) -> str:
        if resources.get(self.name, {}).get("Type") == self.kind:
            return self.name
        (found,) = (
            name
            for name, resource in resources.items()
            if resource["Type"] == self.kind and name.startswith(self.name)
        )
        return found


def changed(kind: str, name: str, *at: str | int, to: Any, breaks: str) -> Mutation:
    """Return the mutation that sets a property."""
    return Mutation(breaks, kind, name, ("Properties", *at), to)


def removed(kind: str, name: str, *at: str | int, breaks: str) -> Mutation:
    """Return the mutation that takes a property away."""
    return Mutation(breaks, kind, name, ("Properties", *at), GONE)


def added(kind: str, name: str, properties: Mapping[str, Any], *, breaks: str) -> Mutation:
    """Return the mutation that puts a new resource in the template."""
    return Mutation(breaks, kind, name, (), properties)
