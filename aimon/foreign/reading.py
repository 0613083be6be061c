"""Files that aimon did not write → a Stack: rules, dashboards and configurations, each still where it was written.

Reading never complains of what has the wrong shape: it is left out, and the schemas report it with its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from aimon import spec
from aimon.build.notifications import routing as default_routing
from aimon.catalogue import Catalogue
from aimon.document import DocumentError
from aimon.foreign import alertmanager, dashboards, dashboards_v2, prometheus, rules
from aimon.foreign.files import Files, Reading
from aimon.foreign.part import ALERTMANAGER, DASHBOARD, DASHBOARD_V2, PROMETHEUS, RULES, Part, parts
from aimon.foreign.world import Skipped, World
from aimon.stack import Stack

# Checks that are about specs of aimon, or need to know what only a spec says.
NOT_FOR_FOREIGN = frozenset(
    {
        "alert/without-action",  # a rule of this house
        "rule/duplicate",  # one alert with several severities is good practice elsewhere
        "notify/severity-without-route",  # what a severity means
        "notify/nobody",  # who is told stands in another file
        "alert/name-form",  # conventions that many good rules do not follow
        "recording/name-form",
        "dashboard/duplicate-title",  # in which folder of Grafana a dashboard is
        "promql/removed-function",  # which Prometheus will load the files
        "promql/too-new",
        "dashboard/unused-variable",  # repeats, bounds and contents of panels are not read
        "dashboard/gauge-without-bounds",
        "dashboard/empty-text",
        "recording/unused",
        "notify/matches-nothing",
        "notify/group-by-unknown-label",
        "notify/inhibit-unknown-label",
    }
)


class Foreign(NamedTuple):
    """What was read: the files, their parts, the stacks to check, the queries in other languages, and what failed."""

    files: Files
    parts: tuple[Part, ...]
    stacks: tuple[Stack, ...]
    skipped: tuple[Skipped, ...]
    errors: tuple[DocumentError, ...]


def read_foreign(reading: Reading, known: Catalogue | None = None, files: Files | None = None) -> Foreign:
    """Everything in the files; without a catalogue any metric may exist.

    Files given together are one monitoring: a rule may read what another file records, and one prometheus.yml or
    alertmanager.yml is that of all rules. Of several configurations each is judged alone.
    """
    files = files or Files()
    found: list[Part] = []
    errors: list[DocumentError] = []
    for path, read in reading.documents():
        if isinstance(read, DocumentError):
            errors.append(read)
        else:
            found.extend(part for key, document in files.add(path, read) for part in parts(document.value, (key,)))
    stacks, skipped = [], list[Skipped]()
    for group in _together(found):
        stack, passed_over = _stack(group, known)
        stacks.append(stack)
        skipped += passed_over
    return Foreign(files, tuple(found), tuple(stacks), tuple(skipped), tuple(errors))


def _together(found: Sequence[Part]) -> list[list[Part]]:
    """The parts that are judged as one."""
    shared = [part for part in found if part.kind in (RULES, DASHBOARD, DASHBOARD_V2)]
    alone: list[list[Part]] = []
    for kind in (PROMETHEUS, ALERTMANAGER):
        of_kind = [part for part in found if part.kind == kind]
        if len(of_kind) == 1:
            shared += of_kind
        else:
            alone += [[part] for part in of_kind]
    return [shared, *alone] if shared else alone


def _stack(found: Sequence[Part], known: Catalogue | None) -> tuple[Stack, list[Skipped]]:
    configured = next((part for part in found if part.kind == PROMETHEUS), None)
    routed = next((part for part in found if part.kind == ALERTMANAGER), None)
    server = prometheus.server(configured)
    jobs = prometheus.jobs(configured, server)
    world = World(known, prometheus.scraped(configured, jobs))
    written = [group for part in found if part.kind == RULES for group in rules.written_groups(part)]
    groups = tuple(rules.groups_of(written, rules.record(written, world), world))
    makers = {DASHBOARD: dashboards.dashboard, DASHBOARD_V2: dashboards_v2.dashboard}
    boards = [makers[part.kind](part, world) for part in found if part.kind in makers]
    recordings, alerts = rules.spec_of(groups)
    said = spec.Spec(
        recording_rules=recordings,
        alerts=alerts,
        dashboards=tuple(board.spec for board in boards),
        notifications=alertmanager.notifications(routed) if routed else None,
    )
    stack = Stack(
        name="",
        title="",
        owner="",
        server=server,
        jobs=jobs,
        catalogue=world.catalogue,
        groups=groups,
        dashboards=tuple(board.stack for board in boards),
        routing=alertmanager.routing(routed) if routed else default_routing(spec.Spec()),
        containers=(),
        images={},
        prometheus_secrets=(),
        alertmanager_secrets=(),
        links={},
        spec=said,
    )
    return stack, world.skipped
