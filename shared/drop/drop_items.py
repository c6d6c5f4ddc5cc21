"""Noun drop: the items of the table `drops`: records, the newest of each producer, claims."""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.models import Model

from shared.drop.schema import DATASET, DROP_ID, ORDER


class DropItem(Model):
    """One drop version; under ``newest#{dataset}#{producer}``, the newest accepted one."""

    class Meta:
        """Table and client settings; the store names the table."""

        table_name = ""
        connect_timeout_seconds = 2
        read_timeout_seconds = 5

    drop_id = UnicodeAttribute(hash_key=True, attr_name=DROP_ID)
    dataset = UnicodeAttribute(null=True, attr_name=DATASET)
    order = UnicodeAttribute(null=True, attr_name=ORDER)
    producer = UnicodeAttribute(null=True)
    as_of = UnicodeAttribute(null=True)
    key = UnicodeAttribute(null=True)
    version_id = UnicodeAttribute(null=True)
    sha256 = UnicodeAttribute(null=True)
    status = UnicodeAttribute(null=True)
    sentence = UnicodeAttribute(null=True)
    accepted_key = UnicodeAttribute(null=True)
    judged_at = UnicodeAttribute(null=True)
    departure = UnicodeAttribute(null=True)
    profile = UnicodeAttribute(null=True)
    released_at = UnicodeAttribute(null=True)
    reverted_at = UnicodeAttribute(null=True)
    newest_drop_id = UnicodeAttribute(null=True)
    rows_written = NumberAttribute(null=True)
    rows_superseded = NumberAttribute(null=True)
    loaded_at = UnicodeAttribute(null=True)
    first_plan_id = UnicodeAttribute(null=True)
    served_at = UnicodeAttribute(null=True)
