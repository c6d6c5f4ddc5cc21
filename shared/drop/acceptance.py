"""Noun drop: judging the rows of a file by the rules of its dataset."""

from contextlib import suppress

from shared.drop.accepted_rows import accept_rows, parts_of
from shared.drop.candidates import Candidate
from shared.drop.catalogues import Catalogue
from shared.drop.documents import judge_document
from shared.drop.grouped_rows import GroupedRows, NotGroupedError
from shared.drop.judgements import Judgement, conclude, refusal
from shared.drop.ownership import Ownership
from shared.drop.partitions import Partitions
from shared.drop.profiling import Profiler
from shared.drop.refusals import RefusedFileError
from shared.drop.rejections import RejectionLog
from shared.drop.row_judging import RowJudge
from shared.drop.scratch import room_for_files
from shared.drop.sinks import RowSink


def judge_file(
    candidate: Candidate,
    *,
    sink: RowSink,
    catalogue: Catalogue | None = None,
    ownership: Ownership | None = None,
) -> Judgement:
    """Judge a file. Accepted rows go to the sink; what it has is void where all are refused.

    The judgement depends on the bytes, the dataset, the limits and the catalogue alone, unless
    there is too little time, or room for files, to come to it.
    """
    try:
        with room_for_files():
            return _judged(candidate, sink, catalogue, ownership)
    except RefusedFileError as error:
        return refusal(error)


def _judged(
    candidate: Candidate, sink: RowSink, catalogue: Catalogue | None, ownership: Ownership | None
) -> Judgement:
    dataset = candidate.dataset
    if not dataset.columns:
        return judge_document(candidate)
    parts = candidate.parts or parts_of(candidate.path, *candidate.further)
    key = dataset.partition_column
    if parts > 1:
        with suppress(NotGroupedError):
            return _judge_rows(candidate, GroupedRows(key), sink, catalogue, ownership)
        sink.restart()
        if ownership:
            ownership.restart()
    store = Partitions(key, parts, candidate.scratch)
    return _judge_rows(candidate, store, sink, catalogue, ownership)


def _judge_rows(
    candidate: Candidate,
    store: GroupedRows | Partitions,
    sink: RowSink,
    catalogue: Catalogue | None,
    ownership: Ownership | None,
) -> Judgement:
    log, profiler = RejectionLog(candidate.limits.max_rejected_rows), Profiler(candidate.dataset)
    judge = RowJudge(
        candidate.dataset,
        log,
        catalogue,
        texts_are_typed=candidate.form == "jsonl",
        max_rows=candidate.limits.max_rows,
    )
    sound = (judge.sound_rows(rows) for rows in candidate.rows())
    accepted = accept_rows(
        sound,
        store,
        candidate.dataset,
        sink=sink,
        log=log,
        profiler=profiler,
        ownership=ownership,
        erased=candidate.erased,
        budget=candidate.budget,
    )
    judge.check_whole_file()
    rejections = log.conclude()
    profile = profiler.conclude(accepted, rejections)
    return conclude(rejections, rows_accepted=accepted, profile=profile)
