"""Noun export: concluding an export: its sums against the plan, and its manifest."""

from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from shared.export.exports import (
    COLUMNS,
    FORMAT,
    ExportContext,
    ExportFile,
    ExportManifest,
    file_key,
)
from shared.export.store import ExportBucket
from shared.export.terms import TERMS, ExportInHand, ExportTerms
from shared.export.write import PartFigures, part_name
from shared.plan.reports import PlanReport
from shared.plan.serving import ServingPlan
from shared.plan.store import PlanBucket
from shared.plan.work_store import WorkStore

TOLERANCE = 1e-6
"""How far exposures may be from the plan's, of these: sums in another order, no more."""


class NotThePlanError(RuntimeError):
    """What was exported delivers other exposures than the plan says."""


def conclude_export(
    export: ExportInHand,
    *,
    plans: PlanBucket,
    work: WorkStore,
    exports: ExportBucket,
    now: datetime,
) -> ExportManifest:
    """Hold what all parts deliver against what the plan says, and write the manifest.

    Safe to run twice: only the instant at which it was done differs.

    Raises:
        NotThePlanError: they differ.
    """
    export_id, plan_id = export.export_id, export.plan_id
    verified = plans.verified(plan_id)
    report, plan = verified.report, verified.serving
    terms = work.get(export_id, TERMS, ExportTerms)
    parts = [work.get(export_id, part_name(part), PartFigures) for part in export.parts]
    _check(plan, report, sum((part.exposures for part in parts), np.zeros(len(plan.campaigns))))
    files = tuple(
        ExportFile(file_key(export_id, context, number), context, rows, size)
        for number, part in zip(export.parts, parts, strict=True)
        for context, rows, size in zip(
            part.contexts, part.rows.tolist(), part.bytes.tolist(), strict=True
        )
    )
    manifest = ExportManifest(
        format=FORMAT,
        export_id=export_id,
        plan_id=plan_id,
        state=terms.state[0],
        solved_from=report.solved_from,
        began_at=terms.began_at[0],
        exported_at=now.astimezone(UTC).isoformat(),
        columns={field.name: str(field.type) for field in COLUMNS},
        contexts={c.name: ExportContext(c.promoted_share, c.frequency_cap) for c in plan.contexts},
        holdout_share=plan.holdout_share,
        holdout_salt=plan.holdout_salt,
        suppressed=terms.suppressed if terms.knows_suppressed else None,
        rows=sum(file.rows for file in files),
        files=files,
    )
    exports.put_manifest(manifest)
    return manifest


def _check(plan: ServingPlan, report: PlanReport, exposures: NDArray[np.float64]) -> None:
    planned = {campaign.campaign_id: campaign.planned_exposures for campaign in report.campaigns}
    for campaign, full in zip(plan.campaigns, exposures.tolist(), strict=True):
        found = full * campaign.throttle * (1.0 - campaign.holdout_share)
        goal = planned[campaign.campaign_id]
        if abs(found - goal) > TOLERANCE * max(1.0, goal):
            raise NotThePlanError(
                f"Campaign {campaign.campaign_id} has {found:.6g} exposures in the export and "
                f"{goal:.6g} in the plan: the data it was solved from is not "
                "what it was. Export a later plan, and look at who changed the accepted data."
            )
