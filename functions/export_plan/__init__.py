"""Arrow export_plan: an activated plan becomes an export, part by part."""
