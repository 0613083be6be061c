"""A metric that is scraped has no colon in its name.

Why: colons mark what recording rules compute; whoever reads `job:requests` looks for its rule. What another
Prometheus has recorded, as `job:requests:rate5m`, may keep its name; well-known exporters, such as that of vLLM,
are left alone. https://prometheus.io/docs/concepts/data_model/#metric-names-and-labels

Bad::

    services:
      api: {targets: ['api:8080'], metrics: {'api:queue_length': {type: gauge}}}

Good::

    services:
      api: {targets: ['api:8080'], metrics: {api_queue_length: {type: gauge}}}
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from aimon.exporters import is_from_elsewhere
from aimon.finding import Finding
from aimon.stack import Stack

ID = "metric/reserved-colon"
_FORM = re.compile(r"\w*:\w+:\w+", re.ASCII)


def check(stack: Stack) -> Iterator[Finding]:
    """Every declared name with a colon that does not have the form of a recording rule's."""
    for service in stack.spec.services:
        for metric in service.own_metrics:
            if ":" in metric.name and not _FORM.fullmatch(metric.name) and not is_from_elsewhere(metric.name):
                message = f"the colon in `{metric.name}` says that a recording rule made it"
                yield Finding(ID, message, metric.at, key=True, help=f"name it `{metric.name.replace(':', '_')}`")
