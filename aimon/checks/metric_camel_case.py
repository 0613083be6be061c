"""Names of metrics and labels are words in lower case with `_` between them.

Why: that is how nearly all of them are written, so one that is not has to be looked up each time. Well-known
exporters are left alone.

Bad::

    services:
      api: {targets: ['api:8080'], metrics: {queueLength: {type: gauge}}}

Good::

    services:
      api: {targets: ['api:8080'], metrics: {queue_length: {type: gauge}}}
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from aimon.document import Address
from aimon.exporters import is_from_elsewhere
from aimon.finding import Finding
from aimon.stack import Stack

ID = "metric/camel-case"
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def check(stack: Stack) -> Iterator[Finding]:
    """Every name of a metric or label with a capital behind a small letter, each label once in a service."""
    for service in stack.spec.services:
        labels: dict[str, Address] = {}
        for metric in service.own_metrics:
            if not is_from_elsewhere(metric.name):
                yield from _told("metric", metric.name, metric.at)
                labels = {label: (*metric.at, "labels", label) for label in metric.labels} | labels
        for label, at in labels.items():
            yield from _told("label", label, at)


def _told(what: str, name: str, at: Address) -> Iterator[Finding]:
    if _CAMEL.search(name):
        cure = f"name it `{_CAMEL.sub('_', name).lower()}`"
        yield Finding(ID, f"the {what} `{name}` is in camel case", at, key=True, help=cure)
