"""Write the rules of a large monorepo, a service a file, as a generator of SLO rules and a platform team would have it.

Twelve rules a service: four recordings whose names all services share, told apart by their labels, and eight alerts.
Services differ in their names, owners, thresholds and windows. The metrics stand beside them as a `/metrics` text.
"""

from __future__ import annotations

import random
import shutil
import sys
from pathlib import Path
from string import Template

SERVICES = 1000
HERE = Path(__file__).parent


class Text(Template):
    """A text with `@{…}` where services differ; `$` and braces have a meaning in rules."""

    delimiter = "@"


_THINGS = "account billing cart catalog checkout coupon device email fraud geo identity inventory ledger loyalty media"
_KINDS = "api broker cache consumer edge gateway indexer mailer planner proxy reader scheduler store sync writer"
_CHOICES = {
    "team": "core data growth payments platform search trust",
    "window": "5m 10m 30m",
    "quantile": "90 95 99",
    "errors": "0.01 0.02 0.05",
    "slow": "0.3 0.5 1 2.5",
    "least": "0.1 1 10",
    "memory": "0.8 0.9 0.95",
    "backlog": "100 1000 10000",
    "pool": "0.8 0.9",
    "late": "90000 180000",
    "down": "2m 5m 10m",
}


def names(count: int) -> list[str]:
    """The names of services: `checkout-api`, then `checkout-api-2` for the second of that name."""
    plain = [f"{thing}-{kind}" for kind in _KINDS.split() for thing in _THINGS.split()]
    rounds = range(1, count // len(plain) + 2)
    return [f"{name}-{number}" if number > 1 else name for number in rounds for name in plain][:count]


def facts(service: str) -> dict[str, str]:
    """What a service has in place of the marks; the same name gives the same."""
    chosen = random.Random(service)
    title = "".join(word.capitalize() for word in service.split("-"))
    return {"service": service, "title": title} | {key: chosen.choice(each.split()) for key, each in _CHOICES.items()}


def write(folder: Path, count: int = SERVICES) -> None:
    """The files of so many services below `rules/`, and the metrics that they read as `metrics.txt`."""
    text = Text((HERE / "service.yml").read_text(encoding="utf-8"))
    (folder / "rules").mkdir(parents=True, exist_ok=True)
    for service in names(count):
        (folder / "rules" / f"{service}.yml").write_text(text.substitute(facts(service)), encoding="utf-8")
    shutil.copy(HERE / "metrics.txt", folder / "metrics.txt")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
