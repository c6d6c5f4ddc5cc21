"""What stands in a small world: kept, put back in place and read without any call."""

from copy import copy, deepcopy
from dataclasses import dataclass
from typing import Any

from moto.dynamodb.models import dynamodb_backends
from moto.s3.models import s3_backends

from shared.pointer.pointers import Pointer
from shared.pointer.schema import POINTER_ITEM
from tests.aws_world import ACCOUNT, World


@dataclass(frozen=True)
class Standing:
    """All that a small world holds, to be put back in place."""

    items: dict[str, Any]
    objects: dict[str, Any]

    @classmethod
    def of(cls, world: World) -> "Standing":
        """Keep what stands."""
        tables, buckets = _tables(world), _buckets(world)
        items = {name: deepcopy(table.items) for name, table in tables.items()}
        return cls(items, {name: copy(bucket.keys) for name, bucket in buckets.items()})

    def put_back(self, world: World) -> None:
        """Make the world hold that again."""
        for name, table in _tables(world).items():
            table.items = deepcopy(self.items[name])
        for name, bucket in _buckets(world).items():
            bucket.keys = copy(self.objects[name])


def pointer_of(world: World) -> Pointer:
    """Return the pointer as it stands, without any call."""
    found = attributes_of(world, world.plans_table)[POINTER_ITEM]
    del found["item"]
    return Pointer(**found)


def attributes_of(world: World, table: str) -> dict[str, dict[str, Any]]:
    """Return the items of a table by key as they stand, without any call."""
    return {
        key.value: {n: _plain(v) for n, v in item.to_json()["Attributes"].items()}
        for key, item in _tables(world)[table].items.items()
    }


def stands(bucket: str, key: str) -> bool:
    """Say whether an object stands there, without any call."""
    return key in s3_backends[ACCOUNT]["aws"].buckets[bucket].keys


def forget_object(bucket: str, key: str) -> None:
    """Remove an object without any call, so that it can be put back."""
    dict.pop(s3_backends[ACCOUNT]["aws"].buckets[bucket].keys, key, None)


def _plain(value: dict[str, Any]) -> Any:
    ((kind, held),) = value.items()
    if kind == "M":
        return {name: _plain(each) for name, each in held.items()}
    return int(held) if kind == "N" and held.isdigit() else held


def _tables(world: World) -> dict[str, Any]:
    tables: dict[str, Any] = dynamodb_backends[world.account][world.region].tables
    return tables


def _buckets(world: World) -> dict[str, Any]:
    buckets: dict[str, Any] = s3_backends[world.account]["aws"].buckets
    return buckets
