"""A file without one audience: all other rows as they were, on the lines where they were."""

import gzip

import pytest

from shared.drop.candidates import Candidate
from shared.drop.datasets import DATASETS
from shared.drop.redaction import mentions, write_redacted
from shared.drop.refusals import RefusedFileError
from shared.policy.policies import Limits
from tests.unit.drop.judging import judged

LIMITS = Limits()


def redacted(tmp_path, text, form, dataset="scores"):
    path, into = tmp_path / "drop", tmp_path / "copy"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    rows = write_redacted(Candidate(path, DATASETS[dataset], form, LIMITS), "gone", into)
    return rows, into


@pytest.mark.parametrize(
    ("form", "text"),
    [
        (
            "csv",
            "\n\naudience_id,track_id,score\na,t,1\n\ngone,t,1\n b ,t,oops\ngone,t,1\nc,t,0.5\n",
        ),
        ("csv", 'sep=~\naudience_id~track_id~score\na~t~1\n"gone"~t~1\nb~t~oops\n'),
        ("tsv", "audience_id\ttrack_id\tscore\r\na\tt\t1\r\ngone\tt\t1\r\nb\tt\toops\r\n"),
        ("csv", "audience_id,track_id,score\nd,t,oops\ngone,t\ngone,t,1,2\na,t,1\n"),
        (
            "jsonl",
            '{"audience_id":"\\u0067one","track_id":"t","score":1}\n'
            '{"audience_id":"a","track_id":"t","score":1}\n'
            '{"audience_id":"gone"\n{"audience_id":"b","track_id":"t","score":"oops"}\n',
        ),
    ],
)
def test_what_is_left_is_judged_as_before_line_by_line(tmp_path, form, text):
    before = judged(write(tmp_path, text), "scores", form)

    rows, into = redacted(tmp_path, text, form)

    after = judged(into, "scores", form)
    assert rows == text.count("gone") + text.count("\\u0067one")
    assert "gone" not in into.read_text()
    named = {number for number, line in enumerate(text.splitlines(), 1) if "one" in line}
    assert after.rejected == [each for each in before.rejected if each[0] not in named]
    assert [row for row in before.rows if row["audience_id"] != "gone"] == after.rows


def write(tmp_path, text):
    path = tmp_path / "before"
    path.write_text(text, newline="")
    return path


def test_a_longer_id_is_another_one(tmp_path):
    rows, into = redacted(tmp_path, "audience_id,track_id,score\ngone2,t,1\nagone,t,1\n", "csv")

    assert rows == 0
    assert len(judged(into, "scores", "csv").rows) == 2


def test_a_row_that_has_it_as_its_parent_goes_too(tmp_path):
    text = "audience_id,parent_id,market\ngone,p,SE\na,gone,SE\nb,p,NO\n"

    rows, into = redacted(tmp_path, text, "csv", "audiences")

    assert rows == 2
    assert [row["audience_id"] for row in judged(into, "audiences", "csv").rows] == ["b"]


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize("code", ["utf-8", "utf-16-le", "utf-16-be"])
def test_an_id_is_seen_in_a_file_that_cannot_be_read(tmp_path, pack, code):
    path = tmp_path / "drop"
    path.write_bytes(pack(("x" * 300_000 + "gone").encode(code)))

    assert mentions(path, LIMITS, "gone")
    assert not mentions(path, LIMITS, "goner")


def test_a_file_that_cannot_be_read_to_its_end_is_not_taken_for_one_without_the_audience(tmp_path):
    whole = gzip.compress(b"audience_id,track_id,score\n" + b"a,t,1\n" * 1000 + b"gone,t,1\n")

    with pytest.raises(RefusedFileError):
        redacted(tmp_path, whole[:-12], "csv")
