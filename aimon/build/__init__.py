"""Spec → Stack: defaults, references, derived rules and panels, grid positions.

Building never complains: what cannot be resolved is left out, and a check reports it with its place.
"""

from __future__ import annotations

from aimon import conventions, spec
from aimon.build.alerts import alert_groups
from aimon.build.boards import boards
from aimon.build.compose import containers, images, secrets_of_alertmanager, secrets_of_prometheus
from aimon.build.context import panel_context
from aimon.build.costs import with_costs
from aimon.build.dashboards import dashboards, deployments
from aimon.build.groups import joined
from aimon.build.notifications import routing
from aimon.build.pictures import with_pictures
from aimon.build.recordings import recording_groups
from aimon.build.scrape import catalogue, jobs, server
from aimon.build.slos import slos
from aimon.stack import Stack


def build(written: spec.Spec) -> Stack:
    """What the spec means."""
    name = written.name or conventions.DEFAULT_NAME
    prometheus = server(written)
    scraped = jobs(written, prometheus)
    declared = catalogue(written, scraped)
    written = with_costs(written, declared)
    recorded, known = recording_groups(written, declared, prometheus.evaluation_interval.seconds)
    promised = slos(written, known, prometheus.evaluation_interval)
    known = promised.known
    alerting = (*alert_groups(written, known), *promised.groups)
    context = panel_context(written, scraped, known, alerting, promised.slos)
    notified = routing(written)
    stack = Stack(
        name=name,
        title=written.description or name,
        owner=written.owner or "",
        server=prometheus,
        jobs=scraped,
        catalogue=known,
        groups=joined((*recorded, *alerting)),
        dashboards=dashboards(name, boards(written, context), context),
        routing=notified,
        containers=containers(written),
        images=images(written),
        prometheus_secrets=secrets_of_prometheus(scraped),
        alertmanager_secrets=secrets_of_alertmanager(notified),
        links=_links(written),
        spec=written,
        slos=promised.slos,
        deployments=deployments(scraped),
    )
    return with_pictures(stack, context)


def _links(written: spec.Spec) -> dict[str, str]:
    defaults = {
        "grafana": f"http://localhost:{conventions.GRAFANA_PORT}",
        "prometheus": f"http://localhost:{conventions.PROMETHEUS_PORT}",
        "alertmanager": f"http://localhost:{conventions.ALERTMANAGER_PORT}",
    }
    return {name: url.rstrip("/") for name, url in (defaults | dict(written.links)).items()}
