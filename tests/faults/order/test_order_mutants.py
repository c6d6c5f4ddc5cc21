"""Promises R1, R3 and R8 are proven only by what finds a fault: schedules find each one seeded."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.aws_world import World
from tests.faults.order.disturbance_mutants import FAULT_MUTANTS, LOSS_MUTANTS
from tests.faults.order.disturbed import ends_after_losses, ends_under_faults
from tests.faults.order.order_mutants import ORDER_MUTANTS, Install
from tests.faults.order.schedules import Kind, ends
from tests.faults.order.wire import Wire

SEEDS = range(150)
FAULTY, LOST = 0.6, 0.5
Told = tuple[World, Wire, pytest.MonkeyPatch, range]
Differences = Callable[[Told, Kind], Iterator[str]]


def in_any_order(told: Told, kind: Kind) -> Iterator[str]:
    return ends(*told, (kind,))


def under_faults(told: Told, kind: Kind) -> Iterator[str]:
    return (difference for difference, _ in ends_under_faults(*told, FAULTY, (kind,)))


def after_losses(told: Told, kind: Kind) -> Iterator[str]:
    return (difference for difference, _ in ends_after_losses(*told, LOST, (kind,)))


SEEDED: tuple[tuple[str, Differences, Any], ...] = (
    ("R1", in_any_order, ORDER_MUTANTS),
    ("R3", under_faults, FAULT_MUTANTS),
    ("R8", after_losses, LOSS_MUTANTS),
)
MUTANTS = [
    pytest.param(differences, *each, marks=pytest.mark.promise(promise), id=each[1].__name__)
    for promise, differences, mutants in SEEDED
    for each in mutants
]


@pytest.mark.usefixtures("mutant")
@pytest.mark.parametrize(("differences", "kind", "install"), MUTANTS)
def test_schedules_find_a_seeded_fault(
    world: World,
    wire: Wire,
    monkeypatch: pytest.MonkeyPatch,
    differences: Differences,
    kind: Kind,
    install: Install,
) -> None:
    install(monkeypatch)

    assert any(differences((world, wire, monkeypatch, SEEDS), kind))
