"""Dashboard and alerts ask for metrics that exist, and every alert says what to do."""

import json
import re
from pathlib import Path

import yaml
from prometheus_client import Metric

from service.telemetry import Metrics

ROOT = Path(__file__).parents[2]
ALERTS = [
    rule
    for group in yaml.safe_load((ROOT / "deploy/prometheus/alerts.yml").read_text())["groups"]
    for rule in group["rules"]
]
PANELS = json.loads((ROOT / "deploy/grafana/prescreen.json").read_text())["panels"]
QUERIES = [one["expr"] for panel in PANELS for one in panel["targets"]]


def series(family: Metric) -> set[str]:
    match family.type:
        case "counter":
            return {f"{family.name}_total"}
        case "histogram":
            return {f"{family.name}_{part}" for part in ("bucket", "sum", "count")}
        case "info":
            return {f"{family.name}_info"}
        case _:
            return {family.name}


FAMILIES = list(Metrics().registry.collect())
KNOWN = set().union(*map(series, FAMILIES))


def asked_for(expression: str) -> set[str]:
    return set(re.findall(r"\bprescreen_\w+", expression))


def test_every_series_that_is_asked_for_exists() -> None:
    asked = set().union(*map(asked_for, [rule["expr"] for rule in ALERTS] + QUERIES))
    assert len(asked) > 10
    assert asked - KNOWN == set()


def test_every_metric_is_on_the_dashboard() -> None:
    shown = set().union(*map(asked_for, QUERIES))
    assert [family.name for family in FAMILIES if not series(family) & shown] == []


def test_labels_that_are_asked_for_are_those_of_the_metric() -> None:
    known = {"job", "le", "instance"}
    metrics = Metrics()
    for collector in metrics.registry._collector_to_names:
        known |= set(getattr(collector, "_labelnames", ()))
    known.add("version")  # of the build
    for expression in [rule["expr"] for rule in ALERTS] + QUERIES:
        by = re.findall(r"\bby \(([^)]*)\)", expression)
        within = re.findall(r"(\w+)\s*(?:=~|!~|!=|=)\"", expression)
        used = {name.strip() for group in by for name in group.split(",")} | set(within)
        assert used <= known, expression


def test_every_alert_has_its_runbook_and_every_runbook_its_alert() -> None:
    headings = re.findall(r"^## (\w+)$", (ROOT / "docs/runbooks.md").read_text(), re.MULTILINE)
    assert headings == [rule["alert"] for rule in ALERTS]
    for rule in ALERTS:
        page, _, anchor = rule["annotations"]["runbook_url"].partition("#")
        assert (ROOT / page).is_file()
        assert anchor == rule["alert"].lower()
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert rule["annotations"]["summary"]


def test_runbooks_name_settings_that_exist() -> None:
    from service.settings import Settings

    named = re.findall(r"PRESCREEN_([A-Z_]+)", (ROOT / "docs/runbooks.md").read_text())
    assert len(named) > 5
    assert {name.lower() for name in named} <= set(Settings.model_fields)
