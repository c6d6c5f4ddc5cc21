"""Arrow export_part: one part of an export is written."""
