"""Arrow update_campaign: a campaign's change becomes its row and its silence."""
