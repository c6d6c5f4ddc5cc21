"""Promise R7 is proven only by what finds a fault: each is found among the first files."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import pyarrow as pa
import pytest

from shared.drop import ingest, json_lines, parquet
from shared.drop.judgements import REJECTED
from tests.fuzz import memory_world
from tests.fuzz.judge_files import check
from tests.fuzz.mutations import mutated_file

pytestmark = pytest.mark.promise("R7")

FILES = 600
Install = Callable[[pytest.MonkeyPatch], None]


def a_receipt_that_is_there_is_not_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory_world._Memory, "has", lambda *_: False)


def a_refusal_is_not_said(monkeypatch: pytest.MonkeyPatch) -> None:
    send = memory_world._Memory.send
    monkeypatch.setattr(
        memory_world._Memory,
        "send",
        lambda self, said: None if type(said).__name__ == "DropRejected" else send(self, said),
    )


def only_arrows_own_errors_are_expected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "UNREADABLE", (pa.ArrowInvalid,))


def only_errors_of_syntax_are_expected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_lines, "_UNDECODABLE", (KeyError,))


def rejected_rows_count_as_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    make_receipt = ingest.make_receipt

    def wrong(*arguments: object, **named: object) -> object:
        receipt = make_receipt(*arguments, **named)  # type: ignore[arg-type]
        return replace(receipt, rows_accepted=receipt.rows_parsed)

    monkeypatch.setattr(ingest, "make_receipt", wrong)


def a_refused_file_is_accepted_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    make_receipt = ingest.make_receipt

    def wrong(*arguments: object, **named: object) -> object:
        receipt = make_receipt(*arguments, **named)  # type: ignore[arg-type]
        return replace(receipt, status="accepted") if receipt.status == REJECTED else receipt

    monkeypatch.setattr(ingest, "make_receipt", wrong)


MUTANTS: tuple[Install, ...] = (
    a_receipt_that_is_there_is_not_seen,
    a_refusal_is_not_said,
    only_arrows_own_errors_are_expected,
    only_errors_of_syntax_are_expected,
    rejected_rows_count_as_accepted,
    a_refused_file_is_accepted_empty,
)


@pytest.mark.usefixtures("mutant")
@pytest.mark.parametrize("install", MUTANTS, ids=lambda install: install.__name__)
def test_a_seeded_fault_is_found_among_damaged_files(
    monkeypatch: pytest.MonkeyPatch, install: Install
) -> None:
    install(monkeypatch)

    found = next((number for number in range(FILES) if _is_found(number)), None)

    assert found is not None


def _is_found(number: int) -> bool:
    with suppress(Exception):
        check(mutated_file(number))
        return False
    return True
