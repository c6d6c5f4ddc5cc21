"""Campaign files and policies, judged from their bytes."""

import json
from pathlib import Path
from typing import Any

import pytest

from shared.drop.datasets import DATASETS
from shared.policy.policies import ContextPolicy, Policy
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
    assert [r.code for r in judgement.rejections][3:] == [
        "unknown_field",
        "duplicate_json_key",
        "not_an_object",
        "bad_json",
    ]
    assert judgement.rejections[3].column == "surprise"


FAULTS = [
    ({"goal_exposures": "x"}, "goal_exposures_not_a_number"),
    ({"goal_exposures": True}, "goal_exposures_not_a_number"),
    ({"goal_exposures": 1.5}, "goal_exposures_not_a_number"),
    ({"goal_exposures": -1}, "goal_exposures_out_of_range"),
    ({"goal_exposures": None}, "goal_exposures_missing"),
    ({"cap_exposures": 1}, "cap_exposures_out_of_range"),
    ({"weight": "2"}, "weight_not_a_number"),
    ({"weight": float("nan")}, "weight_not_finite"),
    ({"weight": 10**400}, "weight_out_of_range"),
    ({"commission_rate": 2}, "commission_rate_out_of_range"),
    ({"version": 0}, "version_out_of_range"),
    ({"starts_at": "yesterday"}, "starts_at_not_a_date"),
    ({"starts_at": "2026-02-30T00:00:00Z"}, "starts_at_not_a_date"),
    ({"starts_at": "2026-01-01T00:00:00"}, "starts_at_not_a_date"),
    ({"starts_at": 1767225600}, "starts_at_not_a_date"),
    ({"starts_at": "1767225600"}, "starts_at_not_a_date"),
    ({"starts_at": "0001-01-01T00:00:00+23:59"}, "starts_at_not_a_date"),
    ({"starts_at": None}, "starts_at_missing"),
    ({"ends_at": "2026-01-05T00:00:00Z"}, "ends_at_out_of_range"),
    ({"status": "running"}, "status_not_known"),
    ({"pacing": "fast"}, "pacing_not_known"),
    ({"contexts": ["tv"]}, "contexts_not_known"),
    ({"markets": ["se"]}, "markets_not_known"),
    ({"markets": "SE"}, "markets_not_a_list"),
    ({"name": ""}, "name_missing"),
    ({"name": 5}, "name_not_text"),
    ({"name": "\ud800"}, "name_not_text"),
    ({"name": "x" * 1001}, "name_too_long"),
    ({"campaign_id": ""}, "campaign_id_missing"),
    ({"campaign_id": "  "}, "campaign_id_missing"),
    ({"campaign_id": None}, "campaign_id_missing"),
    ({"campaign_id": 5}, "id_not_text"),
    ({"campaign_id": "c\u200bx"}, "id_invisible_char"),
    ({"campaign_id": "\u00a0c"}, "id_invisible_char"),
    ({"campaign_id": "c\u0085"}, "id_invisible_char"),
    ({"campaign_id": "\ud800"}, "id_invisible_char"),
    ({"campaign_id": "c" * 257}, "id_too_long"),
    ({"licensor_id": "l\tx"}, "id_invisible_char"),
    ({"track_ids": []}, "track_ids_missing"),
    ({"track_ids": "t"}, "track_ids_not_a_list"),
    ({"track_ids": ["t"] * 1001}, "track_ids_too_long"),
    ({"track_ids": ["t\u200b"]}, "id_invisible_char"),
    ({"track_ids": [""]}, "id_missing"),
    ({"audience_ids": [1]}, "id_not_text"),
    ({"x y\n": 1}, "unknown_field"),
    ({"k" * 65: 1}, "unknown_field"),
]


def test_faults_of_campaigns_have_the_codes_of_every_dataset(judge: Any) -> None:
    lines = [*(campaign(**changes) for changes, _ in FAULTS), campaign(campaign_id="good")]

    judgement = judge("\n".join(lines), "campaigns")

    assert judgement.rows_accepted == 1
    found = dict(judgement.rejected)
    for line, (changes, code) in enumerate(FAULTS, 1):
        assert found[line] == code, changes
    assert all(r.column.isascii() and len(r.column) < 65 for r in judgement.rejections)


@pytest.mark.parametrize("field", ["campaign_id", "licensor_id", "version", "ends_at", "track_ids"])
def test_a_needed_field_that_is_not_there_is_missing(judge: Any, field: str) -> None:
    document = json.loads(campaign())
    del document[field]

    assert judge(json.dumps(document), "campaigns").rejected == [(1, f"{field}_missing")]


def test_a_line_that_is_no_object_is_no_campaign(judge: Any) -> None:
    judgement = judge("\n".join([campaign(), '["a"]', "5", "null", '"x"']), "campaigns")

    assert judgement.rejected == [(line, "not_an_object") for line in (2, 3, 4, 5)]


def test_outer_spaces_make_no_other_campaign(judge: Any) -> None:
    judgement = judge(campaign(campaign_id=" c1 ") + "\n" + campaign(), "campaigns")

    assert json.loads(judgement.document)["campaign_id"] == "c1"
    assert judgement.rejected == [(2, "duplicate_key")]


def test_a_sound_policy_is_kept_whole(judge: Any) -> None:
    judgement = judge(
        '{"max_gap": 0.02, "shortfall_penalty": 3, "producers": {"a": ["scores"]},'
        ' "contexts": {"radio": {"promoted_share": 1}}}',
        "policy",
    )

    assert judgement.status == "accepted"
    assert Policy.model_validate_json(judgement.document) == Policy(
        max_gap=0.02,
        shortfall_penalty=3,
        producers={"a": ("scores",)},
        contexts={"radio": ContextPolicy(promoted_share=1)},
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"max_gap": -1}', "invalid_policy"),
        ('{"max_gap": NaN}', "invalid_policy"),
        ('{"surprise": 1}', "invalid_policy"),
        ('{"score_ttl_days": 1e999}', "invalid_policy"),
        ('{"score_ttl_days": Infinity}', "invalid_policy"),
        ('{"score_ttl_days": 1e300}', "invalid_policy"),
        ('{"gates": {"max_drift": Infinity}}', "invalid_policy"),
        ('{"max_gap": "0.01"}', "invalid_policy"),
        ('{"max_gap": true}', "invalid_policy"),
        ('{"max_scores_per_audience": true}', "invalid_policy"),
        ('{"limits": {"max_rows": "9"}}', "invalid_policy"),
        ('{"contexts": {"radio": {"promoted_share": "0.2"}}}', "invalid_policy"),
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
