"""Every name that aimon invents: files, groups, uids, ids and labels.

They depend on names in the spec and never on order, version, date or path: Prometheus keeps an alert's state by file,
group, name and labels, so a renamed file would silently reset every pending alert.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Container

DEFAULT_NAME = "monitoring"

RECORDING_RULES = "rules/recording.yml"
ALERT_RULES = "rules/alerts.yml"
SELF_MONITORING_RULES = "rules/self-monitoring.yml"
PACK_RULES = "rules/packs"

# The files of the rules that follow from other sections than their own.
BROUGHT_RULES = {"llm_costs": "rules/llm-cost.yml"}
SLO_RULES = "rules/slos.yml"

RECORDING_GROUP = "recording"
ALERT_GROUP = "alerts"
SELF_MONITORING_GROUP = "self-monitoring"
COST_GROUP = "llm-cost"

TARGET_DOWN = "TargetDown"  # the alert that every stack has unless it monitors itself no more

PROMETHEUS = "prometheus"
ALERTMANAGER = "alertmanager"
GRAFANA = "grafana"
SIMULATOR = "simulator"
PROMETHEUS_PORT = 9090
ALERTMANAGER_PORT = 9093
GRAFANA_PORT = 3000

# What the stack scrapes of itself, by the name of the job.
OWN_TARGETS = {
    PROMETHEUS: f"localhost:{PROMETHEUS_PORT}",
    ALERTMANAGER: f"{ALERTMANAGER}:{ALERTMANAGER_PORT}",
    GRAFANA: f"{GRAFANA}:{GRAFANA_PORT}",
}

# Pinned; a spec names others under `images`.
IMAGES = {
    ALERTMANAGER: "prom/alertmanager:v0.28.1",
    GRAFANA: "grafana/grafana:12.1.1",
    SIMULATOR: "python:3.13-slim",
}

DEFAULT_RECEIVER = "nobody"
DATASOURCE_UID = "prometheus"
ALERTMANAGER_UID = "alertmanager"

MAIN_DASHBOARD = "main"
DEFAULT_SLO_WINDOW = "30d"
SECRETS_FOLDER = "/run/secrets/"

_LARGEST_UID = 40  # Grafana's limit
_PANEL_IDS = 1_000_000


def prometheus_image(version: str) -> str:
    """The pinned image of a Prometheus version: `3.5` is `v3.5.0`."""
    return f"prom/prometheus:v{version if version.count('.') == 2 else version + '.0'}"


def dashboard_uid(stack: str, dashboard: str) -> str:
    """A dashboard's uid, at most 40 characters of ``[a-z0-9-]``."""
    uid = f"{stack}-{dashboard}"
    if len(uid) <= _LARGEST_UID:
        return uid
    digest = f"{zlib.crc32(uid.encode()):08x}"
    return f"{uid[: _LARGEST_UID - 9]}-{digest}"


def pack_rules(pack: str) -> str:
    """The file of the rules that a pack brings."""
    return f"{PACK_RULES}/{pack}.yml"


def pack_group(pack: str, service: str) -> str:
    """The rule group of a pack for one service, where services set it differently."""
    return f"{pack}-{service}"


def dashboard_name(group: str) -> str:
    """The name of the dashboard that a pack has to itself."""
    return re.sub("[^a-z0-9]+", "-", group.lower()).strip("-")


def panel_id(key: str, taken: Container[int]) -> int:
    """A panel's id from what it is, so that a panel inserted before it does not change it."""
    number = zlib.crc32(key.encode()) % _PANEL_IDS + 1
    while number in taken:
        number += 1
    return number


def slo_group(slo: str) -> str:
    """The rule group of an SLO."""
    return f"slo-{slo}"


def burn_alert(slo: str, window: str) -> str:
    """The alert of an SLO whose budget burns too fast in a window: ``ApiAvailabilityBudgetBurn1h``."""
    return f"{_camel(slo)}BudgetBurn{window}"


def no_events_alert(slo: str) -> str:
    """The alert of an SLO that has nothing to judge by."""
    return f"{_camel(slo)}NoEvents"


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("-"))


def anchor(title: str) -> str:
    """The id that Markdown renderers give to a heading of plain words."""
    return re.sub(r"[^\w-]", "", title.lower().replace(" ", "-"))
