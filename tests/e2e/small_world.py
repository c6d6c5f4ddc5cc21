"""A handful of tracks, audiences and campaigns, live today."""

from datetime import UTC, datetime, timedelta

from shared.campaign.campaigns import Campaign, Pacing, Status

NOW = datetime.now(UTC)
TRACKS = [f"track-{i}" for i in range(8)]
COHORTS = {"cohort-se": "SE", "cohort-de": "DE"}
LISTENERS = {"listener-1": "cohort-se", "listener-2": "cohort-de"}
UNSCORED = {"cohort-se": "silent-1", "cohort-de": "silent-2"}
CONTEXTS = ("radio", "autoplay")
SLOTS = 4_000.0  # of a cohort in a context on a day

PROMOTED = "campaign-big"
PROMOTED_TRACK = "track-0"


def campaign(campaign_id: str, *tracks: str, version: int = 1, **settings: object) -> Campaign:
    """Return a small, evenly paced campaign that began yesterday and ends in three days."""
    values: dict[str, object] = {
        "licensor_id": "licensor-a",
        "name": campaign_id,
        "status": Status.ACTIVE,
        "starts_at": NOW.replace(microsecond=0) - timedelta(days=1),
        "ends_at": NOW.replace(microsecond=0) + timedelta(days=3),
        "goal_exposures": 60,
        "cap_exposures": 60,
        **settings,
    }
    return Campaign(campaign_id=campaign_id, version=version, track_ids=tracks, **values)  # type: ignore[arg-type]


CAMPAIGNS = (
    campaign(
        PROMOTED,
        "track-0",
        "track-1",
        goal_exposures=3_000,
        cap_exposures=3_000,
        pacing=Pacing.ASAP,
    ),
    campaign(
        "campaign-even",
        "track-2",
        "track-3",
        goal_exposures=900,
        cap_exposures=1_000,
    ),
    campaign(
        "campaign-radio",
        "track-4",
        "track-5",
        goal_exposures=500,
        cap_exposures=500,
        contexts=("radio",),
        weight=1.5,
    ),
)


def csv_of(*rows: tuple[object, ...]) -> bytes:
    """Return rows as a CSV file; the first is the header."""
    return "".join(",".join(map(str, row)) + "\n" for row in rows).encode()


def files() -> dict[str, bytes]:
    """Return the file of each dataset that a plan needs, in the order of the journey."""
    return {
        "tracks": tracks(),
        "audiences": audiences(),
        "supply": supply(),
        "scores": scores(),
    }


def tracks() -> bytes:
    """Return the catalogue: one licensor has all."""
    header = ("track_id", "artist_id", "licensor_id")
    return csv_of(header, *((t, "artist-1", "licensor-a") for t in TRACKS))


def audiences() -> bytes:
    """Return who belongs where: each cohort has one listener with scores and one without."""
    members = [*LISTENERS.items(), *((member, cohort) for cohort, member in UNSCORED.items())]
    header = ("audience_id", "parent_id", "market")
    return csv_of(header, *((a, cohort, COHORTS[cohort]) for a, cohort in members))


def supply() -> bytes:
    """Return the forecast from yesterday on, so that a run over midnight has one too."""
    days = [(NOW + timedelta(days=day)).date().isoformat() for day in range(-1, 5)]
    header = ("audience_id", "context", "date", "market", "expected_slots")
    return csv_of(
        header,
        *((a, c, day, COHORTS[a], SLOTS) for a in COHORTS for c in CONTEXTS for day in days),
    )


def delivery(campaign_id: str, exposures: int) -> bytes:
    """Return what a campaign was given today, on the radio."""
    header = ("date", "campaign_id", "context", "exposures")
    return csv_of(header, (NOW.date().isoformat(), campaign_id, "radio", exposures))


def scores() -> bytes:
    """Return a score of every track for every cohort and scored listener."""
    scored = [*COHORTS, *LISTENERS]
    return csv_of(
        ("audience_id", "track_id", "score"),
        *(
            (a, t, round(0.9 - 0.05 * i - 0.02 * j, 3))
            for j, a in enumerate(scored)
            for i, t in enumerate(TRACKS)
        ),
    )
