"""What one run's solve reads, holds and takes, in one function or over shards."""

import math
from dataclasses import dataclass

from oasis.costs import item_sizes
from oasis.costs.billing import MB_PER_GB
from oasis.costs.workloads import MB, Workload
from shared.plan.rounds import MOST_LISTED

SUMMARY_LAG = 0.1  # part of its rows by which a summary of deliveries may lag


@dataclass(frozen=True)
class Solve:
    """The solve of one run of a workload."""

    work: Workload

    @property
    def shards(self) -> int:
        """Return in how many shards the rows are, none where one function holds all edges."""
        edges, stage = self.work.edges, self.work.deployment
        return math.ceil(edges / stage.shard_edges) if edges > stage.most_edges else 0

    @property
    def rounds(self) -> float:
        """Return how often each shard is evaluated."""
        return self.work.assumptions.shard_rounds if self.shards else 0

    @property
    def groups_read(self) -> float:
        """Return the row groups of scores of which ids are read: those of all drops that live."""
        work = self.work
        rows = work.score_rows_dropped * min(work.ttl_months, work.kept_months)
        return max(work.live_score_drops, rows / work.assumptions.score_rows_of_a_group)

    @property
    def groups_used(self) -> float:
        """Return the row groups whose packed rows are read: as many as hold each audience once."""
        sizes = self.work.sizes
        scores = sizes.audiences * sizes.scores
        return min(self.groups_read, scores / self.work.assumptions.score_rows_of_a_group)

    @property
    def other_objects(self) -> float:
        """Return the objects read besides scores: of the catalogue all kept, of delivery a few."""
        work = self.work
        summary = 1 if work.reported_days else 0
        beyond = SUMMARY_LAG / 2 * work.reported_days
        return work.catalogue_drops * work.kept_months + summary + beyond

    @property
    def requests(self) -> float:
        """Return the GETs of inputs: a footer and ids of each live drop, rows where they count."""
        return self.work.live_score_drops + self.groups_read + self.groups_used + self.other_objects

    @property
    def id_bytes(self) -> float:
        """Return the bytes of ids read of all drops of scores that live."""
        work = self.work
        items = work.score_items_written * min(work.ttl_months, work.kept_months)
        return items * work.assumptions.score_id_bytes

    @property
    def row_bytes(self) -> float:
        """Return the bytes of packed rows that count."""
        sizes = self.work.sizes
        return sizes.audiences * item_sizes.packed_row_bytes(sizes.scores)

    @property
    def other_bytes(self) -> float:
        """Return the bytes of the catalogue and of delivery."""
        return self.work.catalogue_bytes * self.work.kept_months + self.work.summary_bytes

    @property
    def begin_s(self) -> float:
        """Return the seconds of the function that begins a run; it solves where it holds all."""
        a, stage = self.work.assumptions, self.work.deployment
        read_rows = self.row_bytes * min(1.0, stage.most_edges / max(1.0, self.work.edges))
        read = (self.id_bytes + self.other_bytes) / a.solve_read_mb_per_s
        read += read_rows / a.score_read_mb_per_s
        edges = min(self.work.edges, stage.most_edges)
        each = a.build_us_per_edge + (0 if self.shards else a.solve_us_per_edge)
        return a.solve_base_s + read / MB + edges * each / 1e6

    @property
    def listed_edges(self) -> float:
        """Return the edges on the shortlists of all shards, as many as in the first step."""
        listed = min(self.work.rows * self.work.assumptions.listed_edges_per_row, self.work.edges)
        return min(listed, MOST_LISTED) if self.shards else 0.0

    @property
    def join_s(self) -> float:
        """Return the seconds of joining what all shards found in one round."""
        a = self.work.assumptions
        return a.join_base_s + self.listed_edges * a.join_us_per_listed_edge / 1e6

    @property
    def shard_s(self) -> float:
        """Return the seconds of evaluating a shard once; its building is divided over rounds."""
        a, edges = self.work.assumptions, self.work.edges / max(1, self.shards)
        building = edges * a.build_us_per_edge / max(1.0, self.rounds)
        return a.shard_base_s + (building + edges * a.shard_us_per_edge) / 1e6

    @property
    def run_s(self) -> float:
        """Return the seconds from the beginning of a run to its plan."""
        return self.begin_s + self.rounds * (self.shard_s + self.join_s)

    @property
    def held_mb(self) -> float:
        """Return the MB that the largest of its functions holds: building, or joining."""
        a, stage = self.work.assumptions, self.work.deployment
        edges = min(self.work.edges, stage.most_edges)
        built = self.other_bytes + edges * a.solve_bytes_per_edge
        joined = self.listed_edges * a.join_bytes_per_listed_edge
        return max(built, joined) / MB_PER_GB**2
