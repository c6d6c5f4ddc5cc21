"""Receipts: the sentence for people, and what they must never hold."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.drop.datasets import DATASETS
from shared.drop.drops import Drop, ObjectVersion
from shared.drop.judgements import Judgement
from shared.drop.profiles import Profile
from shared.drop.receipts import decode_receipt, encode_receipt, make_receipt
from shared.drop.rejections import Rejection, RejectionLog, Rejections
from shared.drop.sentences import sentence_of
from shared.drop.verdicts import Verdict, write_cost
from tests.unit.drop.judging import judged

CANARY = "listener-canary-77"


def rejections_of(*rejections: Rejection) -> Rejections:
    log = RejectionLog(99)
    for each in rejections:
        log.add(each.line, each.code, each.column, each.value)
    return log.conclude()


def receipt_of(judgement: Judgement) -> bytes:
    moment = datetime(2026, 1, 5, tzinfo=UTC)
    version = ObjectVersion("bucket", "drops/scores/p/2026-01-05/a.csv", "v1", moment, 10)
    receipt = make_receipt(
        Drop(version, DATASETS["scores"], "p", moment, "csv"),
        Verdict(judgement.status, judgement, "00", write_cost([816])),
        judgement=0,
        now=moment,
    )
    return encode_receipt(receipt)


def test_the_sentence_counts_reasons_and_shows_the_first_of_each() -> None:
    judgement = Judgement(
        "partial",
        rows_accepted=46_371,
        rejections=rejections_of(
            Rejection(1_400, "id_missing", "track_id"),
            Rejection(1_204, "score_out_of_range", "score", "1.2"),
            Rejection(1_300, "score_out_of_range", "score", "7"),
        ),
    )

    sentence = sentence_of(Verdict(judgement.status, judgement))

    assert "Accepted 46,371 of 46,374 rows; 3 rejected" in sentence
    assert "score_out_of_range (first: line 1,204, column score, value 1.2)" in sentence
    assert "1 × id_missing (first: line 1,400, column track_id)" in sentence  # noqa: RUF001


def test_rows_parsed_are_accepted_and_rejected_rows() -> None:
    judgement = Judgement(
        "partial", rows_accepted=2, rejections=rejections_of(Rejection(4, "id_missing"))
    )

    written = json.loads(receipt_of(judgement))

    assert written["rows_parsed"] == written["rows_accepted"] + written["rows_rejected"] == 3
    assert written["rejected_by_reason"] == {"id_missing": 1}


@pytest.mark.parametrize(
    "data",
    [
        f"{CANARY},t,0.5\n",
        f"audience_id,track_id,score\nt,0.5,{CANARY}\n",
        f"audience_id,track_id,score\n{CANARY}\u200b,t,0.5\n",
        f"audience_id,track_id,score\n{CANARY},t,2\n{CANARY},t,0.5,\n",
        f"audience_id,track_id,score\n{CANARY},t,0.1\n{CANARY},t,0.2\n",
        f'audience_id,track_id,score\n"{CANARY},t,0.5\n',
        f"audience_id,track_id,{CANARY}\nb,t,0.5\n",
        f"{CANARY}\n",
        "audience_id,track_id,score\n00012345678901,t,0.5\nx,t,00012345678901\n",
    ],
)
def test_a_receipt_quotes_no_id_wherever_it_slipped_to(tmp_path: Path, data: str) -> None:
    path = tmp_path / "drop"
    path.write_text(data)

    written = receipt_of(judged(path, "scores", "csv").judgement).decode()

    assert CANARY not in written
    assert "00012345678901" not in written
    assert CANARY.replace("-", "_") not in written


def test_a_receipt_is_read_as_it_was_written_and_an_older_one_without_a_profile() -> None:
    profile = Profile(3, {"stddev": 0.5}, {"score": (1, 2)})
    document = receipt_of(Judgement("accepted", rows_accepted=3, profile=profile))
    older = {name: value for name, value in json.loads(document).items() if name != "profile"}

    receipt = decode_receipt(document)

    assert receipt.profile == profile
    assert encode_receipt(receipt) == document
    assert decode_receipt(json.dumps(older).encode()) == replace(receipt, profile=None)
