"""The kind of a service discovery is one that Prometheus has.

Why: Prometheus refuses a configuration with a discovery that it does not know.

Bad::

    services: {api: {discover: {dsn: {names: [api.example.org], type: A, port: 8080}}}}

Good::

    services: {api: {discover: {dns: {names: [api.example.org], type: A, port: 8080}}}}
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import orjson

from aimon.finding import Finding
from aimon.stack import Stack
from aimon.suggest import did_you_mean

ID = "service/unknown-discovery"
_SCHEMA = Path(__file__).parent.parent / "schemas" / "prometheus.schema.json"
_SUFFIX = "_sd_configs"


@cache
def kinds() -> tuple[str, ...]:
    """The kinds of discovery, as our schema of prometheus.yml has them."""
    schema = orjson.loads(_SCHEMA.read_bytes())
    keys = schema["$defs"]["scrape_config"]["properties"]
    return tuple(key.removesuffix(_SUFFIX) for key in keys if key.endswith(_SUFFIX))


def check(stack: Stack) -> Iterator[Finding]:
    """Every kind that is none of them."""
    for service in stack.spec.services:
        for kind in service.discover or ():
            if kind not in kinds():
                near = did_you_mean(kind.removesuffix(_SUFFIX), kinds(), f"known: {', '.join(kinds())}")
                cure = "write `targets:`" if kind.startswith("static") else near
                message = f"Prometheus has no service discovery `{kind}`"
                yield Finding(ID, message, (*service.at, "discover", kind), key=True, help=cure)
