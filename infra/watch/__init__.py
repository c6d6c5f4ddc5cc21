"""Watching: alarms, objectives, dashboards and the budget over all arrows."""
