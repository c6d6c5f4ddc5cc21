"""Noun campaign: names and keys of the table `campaigns`, one item a campaign."""

from shared.table.schemas import TableSchema

CAMPAIGN_ID = "campaign_id"

CAMPAIGNS = TableSchema(name="campaigns", partition_key=CAMPAIGN_ID)
