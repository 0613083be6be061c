"""Spec → Stack: defaults, references, derived rules and panels, grid positions.

Building never complains: what cannot be resolved is left out, and a check reports it with its place.
"""

from __future__ import annotations

from aimon import conventions, spec
from aimon.build.compose import containers, images, secrets_of_alertmanager, secrets_of_prometheus
from aimon.build.dashboards import dashboards
from aimon.build.notifications import routing
from aimon.build.rules import alert_groups, joined, link_panels, recording_groups
from aimon.build.scrape import catalogue, jobs, server
from aimon.build.slos import slos
from aimon.stack import Stack


def build(written: spec.Spec) -> Stack:
    """What the spec means."""
    name = written.name or conventions.DEFAULT_NAME
    prometheus = server(written)
    scraped = jobs(written, prometheus)
    declared = catalogue(written, scraped)
    recorded, known = recording_groups(written, declared, prometheus.evaluation_interval.seconds)
    promised = slos(written, known, prometheus.evaluation_interval)
    known = promised.known
    alerting = (*alert_groups(written, known), *promised.groups)
    boards = dashboards(written, name, scraped, known, alerting, promised.slos)
    links = _links(written)
    notified = routing(written)
    return Stack(
        name=name,
        title=written.description or name,
        owner=written.owner or "",
        server=prometheus,
        jobs=scraped,
        catalogue=known,
        groups=joined((*recorded, *link_panels(alerting, boards, links))),
        dashboards=boards,
        routing=notified,
        containers=containers(written),
        images=images(written),
        prometheus_secrets=secrets_of_prometheus(scraped),
        alertmanager_secrets=secrets_of_alertmanager(notified),
        links=links,
        spec=written,
        slos=promised.slos,
    )


def _links(written: spec.Spec) -> dict[str, str]:
    defaults = {
        "grafana": f"http://localhost:{conventions.GRAFANA_PORT}",
        "prometheus": f"http://localhost:{conventions.PROMETHEUS_PORT}",
        "alertmanager": f"http://localhost:{conventions.ALERTMANAGER_PORT}",
    }
    return {name: url.rstrip("/") for name, url in (defaults | dict(written.links)).items()}
