"""The name of an alert is written in CamelCase.

Why: the name is a label that people type into silences and searches, and that links to the runbook. One form means
that nobody has to guess.

Bad::

    services: {api: {targets: ['api:8080']}}
    alerts:
      api is down: {expr: 'up{job="api"}', equals: 0, for: 5m, summary: The API is down, action: Restart it}
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}

Good::

    services: {api: {targets: ['api:8080']}}
    alerts:
      ApiIsDown: {expr: 'up{job="api"}', equals: 0, for: 5m, summary: The API is down, action: Restart it}
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from aimon.finding import Finding
from aimon.stack import Stack

ID = "alert/name-form"
_FORM = re.compile(r"[A-Z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*")


def check(stack: Stack) -> Iterator[Finding]:
    """Every name with a small letter in front, or with signs that are no part of a word."""
    for alert in stack.spec.alerts:
        if not _FORM.fullmatch(alert.name):
            words = re.findall(r"[A-Za-z0-9]+", alert.name)
            better = "".join(word[0].upper() + word[1:] for word in words)
            cure = f"name it `{better}`" if better[:1].isalpha() else "name it as in `HighErrorRate`"
            yield Finding(ID, f"`{alert.name}` is not in CamelCase", alert.at, key=True, help=cure)
