"""Campaign files and policies, judged from their bytes."""

import json
from pathlib import Path
from typing import Any

import pytest

from shared.drop.datasets import DATASETS
from shared.policy.policies import Policy
from tests.unit.drop.judging import Judged, judged


@pytest.fixture
def judge(tmp_path: Path) -> Any:
    def written(text: str, dataset: str, **limits: int) -> Judged:
        path = tmp_path / "drop"
        path.write_text(text)
        return judged(path, dataset, DATASETS[dataset].formats[0], limits=limits)

    return written


def campaign(**changes: Any) -> str:
    return json.dumps(
        {
            "campaign_id": "c1",
            "version": 1,
            "licensor_id": "l",
            "name": "Spring",
            "track_ids": ["t1"],
            "status": "active",
            "starts_at": "2026-01-05T00:00:00Z",
            "ends_at": "2026-02-05T00:00:00Z",
            "goal_exposures": 100,
            **changes,
        }
    )


def test_campaign_lines_are_judged_one_by_one(judge: Any) -> None:
    lines = [
        campaign(),
        campaign(version=2),
        campaign(),
        campaign(campaign_id="c2"),
        campaign(campaign_id="c2", name="Other"),
        campaign(surprise=1),
        campaign(campaign_id="c3").replace('"version": 1', '"version": 1, "version": 2'),
        "[1]",
        "{",
        "",
    ]

    judgement = judge("\n".join(lines), "campaigns")

    kept = [json.loads(line) for line in judgement.document.splitlines()]
    assert judgement.status == "partial"
    assert [(c["campaign_id"], c["version"]) for c in kept] == [("c1", 1), ("c1", 2)]
    assert [r.line for r in judgement.rejections] == [3, 4, 5, 6, 7, 8, 9]
    assert [r.code for r in judgement.rejections][:3] == [
        "duplicate_key",
        "conflicting_duplicate",
        "conflicting_duplicate",
    ]
    assert judgement.rejections[3].column == "surprise"


def test_a_sound_policy_is_kept_whole(judge: Any) -> None:
    judgement = judge('{"max_gap": 0.02}', "policy")

    assert judgement.status == "accepted"
    assert Policy.model_validate_json(judgement.document) == Policy(max_gap=0.02)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"max_gap": -1}', "invalid_policy"),
        ('{"max_gap": NaN}', "invalid_policy"),
        ('{"surprise": 1}', "invalid_policy"),
        ("[]", "invalid_policy"),
        ('{"max_gap": 1, "max_gap": 2}', "duplicate_json_key"),
        ("{", "bad_json"),
        ("", "empty_file"),
    ],
)
def test_an_unsound_policy_is_refused(judge: Any, text: str, reason: str) -> None:
    assert judge(text, "policy").reason == reason


def test_a_policy_is_bounded_as_a_whole(judge: Any) -> None:
    judgement = judge("{\n" + "\n" * 200 + "}", "policy", max_document_line_bytes=64)

    assert judgement.reason == "file_too_large"
