"""A pack and the service that uses it call the metrics of OpenTelemetry by the same names.

Why: a pack asks for `http_server_request_duration_seconds`, as the default translation says. Where Prometheus or the
collector was told to keep the dots, nothing has that name: every alert and picture of the pack is blind.

Bad::

    services:
      api: {targets: ['api:9464'], packs: [otel_http], otel: {translation: NoTranslation}}

Good::

    services:
      api: {targets: ['api:9464'], packs: [otel_http], otel: {translation: UnderscoreEscapingWithSuffixes}}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.finding import Finding
from aimon.otel import DEFAULT
from aimon.stack import Stack

ID = "pack/other-translation"


def check(stack: Stack) -> Iterator[Finding]:
    """Every service whose names are not those of its pack."""
    packs = {use: pack for pack in stack.spec.packs for use in pack.uses}
    for service in stack.spec.services:
        if service.translation in (None, DEFAULT):
            continue
        for use in service.packs:
            pack = packs.get(use.at)
            if pack is not None and pack.otel:
                yield Finding(
                    ID,
                    f"the pack `{pack.pack}` has the names of {DEFAULT}, the service `{service.name}` those of "
                    f"{service.translation}",
                    use.at,
                    help=f"translate as {DEFAULT} does, or declare the metrics and alerts under the names they get",
                )
