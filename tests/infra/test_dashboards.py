"""A dashboard for each of intake, plan and lookup, and no figure that nobody makes or reads."""

import ast
import json
import re

from templates import FUNCTIONS

FORMATTED = {
    "DropsX": ("accepted", "partial", "rejected", "duplicate", "quarantined", "dry_run"),
    "PlansX": ("activated", "held", "refused", "superseded"),
    "CampaignsX": ("applied", "older", "rejected"),
}


def boards_of(stacks):
    """Return each dashboard's widgets; what is known only when deployed reads as `?`."""
    boards = {}
    for logical_id, found in stacks.of_type("AWS::CloudWatch::Dashboard").items():
        body = found["Properties"]["DashboardBody"]
        parts = body["Fn::Join"][1] if isinstance(body, dict) else [body]
        text = "".join(part if isinstance(part, str) else "?" for part in parts)
        name = re.sub(r"^Watch|Dashboard.*", "", logical_id)
        boards[name] = json.loads(text)["widgets"]
    return boards


def logged_by(repository, function):
    """Return the names of the metrics that a handler adds."""
    source = (repository / "functions" / function / "handler.py").read_text()
    names = set()
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and ast.unparse(node.func) == "metrics.add_metric"):
            continue
        name = node.args[0]
        if isinstance(name, ast.Constant):
            names.add(name.value)
        else:
            stem = name.values[0].value
            names |= {stem + status.title().replace("_", "") for status in FORMATTED[f"{stem}X"]}
    return names | ({"ColdStart"} if "capture_cold_start_metric=True" in source else set())


def metrics_of(stacks):
    """Return (namespace, name, service) of each of our own metrics that anybody looks at."""
    found = set()
    for widgets in boards_of(stacks).values():
        for widget in widgets:
            for metric in widget["properties"].get("metrics", ()):
                if str(metric[0]).startswith("Oasis"):
                    found.add((metric[0], metric[1], metric[metric.index("service") + 1]))
    for found_alarm in stacks.of_type("AWS::CloudWatch::Alarm").values():
        alarm = found_alarm["Properties"]
        stats = [m["MetricStat"]["Metric"] for m in alarm.get("Metrics", ()) if "MetricStat" in m]
        for metric in [*stats, alarm]:
            if str(metric.get("Namespace", "")).startswith("Oasis"):
                service = metric["Dimensions"][0]["Value"]
                found.add((metric["Namespace"], metric["MetricName"], service))
    return found


def test_intake_plan_and_lookup_have_a_dashboard_each_and_alarms_stand_on_top(stacks):
    boards = boards_of(stacks)

    assert boards.keys() == {"Intake", "Plan", "Lookup"}
    for widgets in boards.values():
        assert widgets[0]["type"] == "alarm"
        assert len(widgets[0]["properties"]["alarms"]) >= 5
        titles = [widget["properties"]["title"] for widget in widgets]
        assert len(set(titles)) == len(titles) >= 8


def test_every_metric_that_somebody_looks_at_is_logged_by_its_function(stacks, repository):
    looked_at = metrics_of(stacks)

    logged = {
        (f"Oasis/{stacks.name}", name, function)
        for function in FUNCTIONS
        for name in logged_by(repository, function)
    }

    assert looked_at - logged == set()


def test_every_metric_that_is_logged_is_looked_at(stacks, repository):
    seen = {(name, function) for _, name, function in metrics_of(stacks)}

    logged = {
        (name, function) for function in FUNCTIONS for name in logged_by(repository, function)
    }

    assert logged - seen == set()
