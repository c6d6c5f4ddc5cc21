"""Without the list of the erased, or its key, nothing is judged and no campaign changes."""

import boto3
import pytest
from aws_lambda_powertools.utilities.batch.exceptions import BatchProcessingError
from botocore.exceptions import ClientError

from functions.ingest_drop.handler import handle as ingest_drop
from functions.update_campaign.handler import handle as update_campaign
from shared.erasure.erasures import ErasureListError
from shared.erasure.schema import ERASURES_KEY
from shared.erasure.store import ErasureStore
from tests.integration.erasure.erased_world import keep_versions
from tests.integration.messages import campaign_detail, envelope

pytestmark = pytest.mark.promise("R13")
ROWS = b"audience_id,track_id,score\na,t,0.5\nb,t,0.5\n"


@pytest.fixture
def kept(world):
    keep_versions(world)
    return world


def store(world):
    return ErasureStore(world.accepted_bucket, world.erasure_key)


def test_an_audience_is_added_once_and_found_by_whoever_reads_later(kept):
    added = [store(kept).add(audience) for audience in ("a", "b", "a")]

    assert added == [True, True, False]
    assert [store(kept).read().has(each) for each in ("a", "b", "c")] == [True, True, False]


def test_where_nobody_was_erased_no_key_is_read(kept):
    kept.calls.start()

    erasures = store(kept).read()

    assert not erasures
    assert kept.calls.calls == ["s3.HeadObject"]


def test_of_two_that_add_at_once_both_are_on_the_list(kept):
    first, second = store(kept), store(kept)
    first.add("a")
    read = second._read()
    first.add("b")

    is_replaced = second._replace(b"late", read[1])

    assert not is_replaced
    assert second.add("c")
    assert all(store(kept).read().has(each) for each in "abc")


def test_a_list_that_was_deleted_stops_drops_and_campaigns(kept, context, make_batch):
    store(kept).add("a")
    kept.s3.delete_object(Bucket=kept.accepted_bucket, Key=ERASURES_KEY)
    event = kept.drop("drops/scores/ml/2026-01-05/a.csv", ROWS)

    for handle, body in (
        (ingest_drop, event),
        (update_campaign, envelope("CampaignChanged", campaign_detail(audience_ids=["a"]))),
    ):
        with pytest.raises(BatchProcessingError, match="was deleted"):
            handle(make_batch(body), context)

    assert kept.objects(kept.receipt_bucket) == kept.objects(kept.accepted_bucket) == {}
    assert kept.items(kept.campaigns_table) == []


def test_a_key_that_is_gone_or_another_stops_who_reads_the_list(kept):
    store(kept).add("a")
    secrets = boto3.client("secretsmanager")

    secrets.put_secret_value(SecretId=kept.erasure_key, SecretString="t" * 64)
    with pytest.raises(ErasureListError, match="its key is another"):
        store(kept).read()
    secrets.delete_secret(SecretId=kept.erasure_key, ForceDeleteWithoutRecovery=True)
    with pytest.raises(ClientError, match="can't find the specified secret"):
        store(kept).read()
