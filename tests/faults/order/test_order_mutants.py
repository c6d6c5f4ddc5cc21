"""Promises R1, R3 and R8 are proven only by what finds a fault: schedules find each one seeded."""

import pytest

from tests.aws_world import World
from tests.faults.order.disturbance_mutants import FAULT_MUTANTS, LOSS_MUTANTS
from tests.faults.order.disturbed import ends_after_losses, ends_under_faults
from tests.faults.order.order_mutants import ORDER_MUTANTS, Install
from tests.faults.order.schedules import Kind, ends
from tests.faults.order.wire import Wire
from tests.promises import Count

SEEDS = range(150)
ORDER_NAMES, FAULT_NAMES, LOSS_NAMES = (
    [install.__name__ for _, install in mutants]
    for mutants in (ORDER_MUTANTS, FAULT_MUTANTS, LOSS_MUTANTS)
)


@pytest.mark.promise("R1")
@pytest.mark.parametrize(("kind", "install"), ORDER_MUTANTS, ids=ORDER_NAMES)
def test_an_order_finds_a_seeded_fault(
    world: World,
    wire: Wire,
    monkeypatch: pytest.MonkeyPatch,
    kind: Kind,
    install: Install,
    mutant: Count,
) -> None:
    install(monkeypatch)

    found = any(ends(world, wire, monkeypatch, SEEDS, (kind,)))

    assert found


@pytest.mark.promise("R3")
@pytest.mark.parametrize(("kind", "install"), FAULT_MUTANTS, ids=FAULT_NAMES)
def test_faulty_calls_find_a_seeded_fault(
    world: World,
    wire: Wire,
    monkeypatch: pytest.MonkeyPatch,
    kind: Kind,
    install: Install,
    mutant: Count,
) -> None:
    install(monkeypatch)

    ended = ends_under_faults(world, wire, monkeypatch, SEEDS, 0.6, (kind,))

    assert any(difference for difference, _ in ended)


@pytest.mark.promise("R8")
@pytest.mark.parametrize(("kind", "install"), LOSS_MUTANTS, ids=LOSS_NAMES)
def test_losses_find_a_seeded_fault(
    world: World,
    wire: Wire,
    monkeypatch: pytest.MonkeyPatch,
    kind: Kind,
    install: Install,
    mutant: Count,
) -> None:
    install(monkeypatch)

    ended = ends_after_losses(world, wire, monkeypatch, SEEDS, 0.5, (kind,))

    assert any(difference for difference, _ in ended)
