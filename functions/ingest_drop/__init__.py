"""Arrow ingest_drop: a dropped file becomes a receipt and accepted data."""
