"""What follows from sizes, assumptions and a stage: counts a month, seconds and bytes of work."""

import math
from dataclasses import dataclass

from oasis.costs import item_sizes
from oasis.costs.assumptions import Assumptions
from oasis.costs.billing import DAYS_PER_MONTH, SECONDS_PER_MONTH
from oasis.costs.deployments import Deployment
from oasis.costs.sizes import Sizes
from shared.drop.load_parts import PARTS_AT_ONCE, load_parts

MB = 1e6


@dataclass(frozen=True)
class Workload:
    """A month of one workload on one stage. Times of work are what it needs; functions are billed
    at most their timeout, and `oasis.costs.limits` says where that is too short.
    """

    sizes: Sizes
    assumptions: Assumptions
    deployment: Deployment

    @property
    def lookups(self) -> float:
        """Return the lookups of a month."""
        return self.average_lookups_per_second * SECONDS_PER_MONTH

    @property
    def average_lookups_per_second(self) -> float:
        """Return the mean lookups a second."""
        return self.sizes.lookups_per_second * self.sizes.average_share

    @property
    def score_rows_dropped(self) -> float:
        """Return the lines of scores dropped in a month."""
        return self.score_items_written * self.sizes.scores

    @property
    def score_items_written(self) -> float:
        """Return the items of audiences written in a month; none where no scores are dropped."""
        refreshes = self.sizes.score_refreshes_per_day * DAYS_PER_MONTH
        return self.sizes.audiences * refreshes if self.sizes.scores else 0.0

    @property
    def score_drops(self) -> float:
        """Return the drops of scores of a month."""
        rows_a_day = self.score_rows_dropped / DAYS_PER_MONTH
        return math.ceil(rows_a_day / self.sizes.score_rows_per_drop) * DAYS_PER_MONTH

    @property
    def catalogue_drops(self) -> float:
        """Return the drops of tracks, audiences and supply of a month."""
        return self.sizes.catalogue_drops_per_day * DAYS_PER_MONTH

    @property
    def delivery_drops(self) -> float:
        """Return the drops of delivery of a month."""
        return self.sizes.delivery_drops_per_day * DAYS_PER_MONTH

    @property
    def drops(self) -> float:
        """Return all drops of a month."""
        return self.score_drops + self.catalogue_drops + self.delivery_drops

    @property
    def changes(self) -> float:
        """Return the campaign changes of a month."""
        return self.sizes.campaign_changes_per_day * DAYS_PER_MONTH

    @property
    def plan_runs(self) -> float:
        """Return the plan runs of a month."""
        return self.sizes.plan_runs_per_day * DAYS_PER_MONTH

    @property
    def kept_months(self) -> float:
        """Return for how many months nothing has been deleted."""
        return self.sizes.kept_days / DAYS_PER_MONTH

    @property
    def dropped_bytes(self) -> float:
        """Return the bytes dropped in a month."""
        scores = self.score_rows_dropped * self.assumptions.score_row_file_bytes
        delivery = self.delivery_drops * self.rows_per_delivery_drop
        return scores + self.catalogue_bytes + delivery * self.assumptions.delivery_row_file_bytes

    @property
    def accepted_score_bytes(self) -> float:
        """Return the bytes of accepted scores stored in a month."""
        row = item_sizes.packed_row_bytes(self.sizes.scores)
        return self.score_items_written * (row + self.assumptions.accepted_overhead_bytes)

    @property
    def catalogue_rows(self) -> float:
        """Return the lines of tracks, audiences and supply dropped in a month."""
        known = self.sizes.tracks + self.sizes.audiences
        has_drops = self.sizes.catalogue_drops_per_day > 0
        return has_drops * known * self.sizes.catalogue_share_per_day * DAYS_PER_MONTH

    @property
    def catalogue_bytes(self) -> float:
        """Return the bytes of tracks, audiences and supply of a month, dropped or accepted."""
        return self.catalogue_rows * self.assumptions.catalogue_row_bytes

    @property
    def rows_per_delivery_drop(self) -> float:
        """Return the lines of one drop of delivery."""
        return self.sizes.campaigns * self.sizes.contexts

    @property
    def accepted_delivery_bytes(self) -> float:
        """Return the bytes of accepted drops of delivery of a month."""
        rows = self.delivery_drops * self.rows_per_delivery_drop
        return rows * self.assumptions.accepted_delivery_row_bytes

    @property
    def reported_days(self) -> float:
        """Return for how many days deliveries stand."""
        return self.sizes.kept_days if self.delivery_drops else 0.0

    @property
    def summary_bytes(self) -> float:
        """Return the bytes of what stands of all deliveries."""
        rows = self.rows_per_delivery_drop * self.reported_days
        return rows * self.assumptions.standing_row_bytes

    @property
    def count_s(self) -> float:
        """Return the seconds of counting one drop of delivery, the summary read first."""
        a = self.assumptions
        read_s = self.summary_bytes / MB / a.solve_read_mb_per_s
        return a.count_base_s + read_s + self.rows_per_delivery_drop / a.count_rows_per_s

    @property
    def edges(self) -> float:
        """Return the edges of a plan: scored tracks in a campaign, for each context."""
        return self.rows * self.sizes.scores * self.sizes.promoted_share

    @property
    def rows(self) -> float:
        """Return the rows of a plan: an audience in a context."""
        return self.sizes.audiences * self.sizes.contexts

    @property
    def plan_bytes(self) -> float:
        """Return the bytes of one plan, its serving part and its report."""
        a = self.assumptions
        return self.sizes.campaigns * (a.serving_bytes_per_campaign + a.report_bytes_per_campaign)

    @property
    def ingest_s(self) -> float:
        """Return the seconds of judging one drop of scores."""
        return self.ingest_seconds_of(self.score_rows_per_drop)

    @property
    def catalogue_ingest_s(self) -> float:
        """Return the seconds of judging one drop of the catalogue, all of one length."""
        drops = self.catalogue_drops
        return self.ingest_seconds_of(self.catalogue_rows / drops if drops else 0.0)

    @property
    def score_items_per_drop(self) -> float:
        """Return the items of audiences that one drop of scores writes."""
        return self.score_items_written / self.score_drops if self.score_drops else 0.0

    @property
    def live_score_drops(self) -> float:
        """Return the drops of scores that have not expired."""
        return self.score_drops * min(self.ttl_months, self.kept_months)

    @property
    def parts_per_drop(self) -> int:
        """Return in how many parts a run writes one drop; none where one function does."""
        parts = len(
            load_parts(math.ceil(self.score_items_per_drop), self.deployment.load_part_rows)
        )
        return parts if parts > PARTS_AT_ONCE else 0

    @property
    def delivery_ingest_s(self) -> float:
        """Return the seconds of judging one drop of delivery."""
        return self.ingest_seconds_of(self.rows_per_delivery_drop)

    @property
    def load_s(self) -> float:
        """Return the seconds of writing the items of one drop of scores, or of one part of it."""
        items = self.score_items_per_drop / max(1, self.parts_per_drop)
        return self.assumptions.load_base_s + items / self.assumptions.load_writes_per_s

    @property
    def lookup_s(self) -> float:
        """Return the mean billed seconds of one lookup in a warm environment."""
        a = self.assumptions
        return a.lookup_base_ms / 1e3 + self.sizes.candidates * a.lookup_us_per_candidate / 1e6

    @property
    def busy_environments(self) -> float:
        """Return how many lookups are in flight at the peak."""
        return self.sizes.lookups_per_second * self.lookup_s

    @property
    def ready_share(self) -> float:
        """Return the share of lookups that provisioned environments answer, by the peak's."""
        ready, busy = self.deployment.lookup_provisioned, self.busy_environments
        return min(1.0, ready / busy) if busy else min(1.0, ready)

    @property
    def environments(self) -> float:
        """Return how many environments hold a plan for lookups at the peak."""
        wanted = math.ceil(self.busy_environments * self.assumptions.environments_per_busy_one)
        return max(wanted, self.deployment.lookup_provisioned)

    @property
    def cold_starts(self) -> float:
        """Return the lookups of a month that wait for an environment to start."""
        return self.lookups * self.assumptions.cold_start_share * (1 - self.ready_share)

    @property
    def score_rows_per_drop(self) -> float:
        """Return the lines of one drop of scores; all drops have one length."""
        return self.score_rows_dropped / self.score_drops if self.score_drops else 0.0

    def ingest_seconds_of(self, rows: float) -> float:
        """Return the seconds of judging a drop of that many rows."""
        return self.assumptions.ingest_base_s + rows / self.assumptions.ingest_rows_per_s

    @property
    def ttl_months(self) -> float:
        """Return for how many months scores live."""
        return self.sizes.score_ttl_days / DAYS_PER_MONTH
