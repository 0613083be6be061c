"""Alerts of the spec, of a pack and of an SLO are driven: each is seen to wait, fire, reach whom it must, and resolve.

The history holds the last minutes before the start with everything driven already, so that windows of five minutes are
full; from the start on, the simulator goes on with it until it is told to let go.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatch
from functools import partial

import pytest
from servers import Inbox
from stack import Running, stack

pytestmark = [pytest.mark.servers, pytest.mark.timeout(400)]

OWN = ("HighErrorRate", "HighResponseTime", "HighMemoryUsage", "HighAICallRate")
PACK = (
    "RedisDown", "RedisConnectionsHigh", "RedisSnapshotFailed", "NodejsEventLoopBlocked", "NodeFilesystemAlmostFull",
    "NodeConntrackHigh", "ContainerMemoryHigh",
)  # fmt: skip
OBJECTIVE = ("AiLatencyBudgetBurn1h",)
DRIVEN = (*OWN, *PACK, *OBJECTIVE)

HISTORY = ("--history", "10m", "--step", "5s")
DRIVE = ("--after=-6m", *(word for name in DRIVEN for word in ("--fire", name)))

# Who is told, as the routes of the spec say it; mail is only for what lasts half an hour.
TOLD = {"critical": {"on-call", "team-slack"}, "warning": {"team-slack"}}
RECEIVERS = ("on-call", "team-slack", "mail")


@pytest.fixture(scope="module")
def drill(tmp_path_factory: pytest.TempPathFactory, programs: Mapping[str, str]) -> Iterator[Running]:
    with stack(tmp_path_factory.mktemp("drill"), programs, HISTORY, DRIVE) as running:
        yield running


@pytest.mark.parametrize("name", DRIVEN)
def test_an_alert_fires_reaches_whom_it_must_and_resolves(drill: Running, name: str) -> None:
    alert = next(alert for alert in drill.meant.alerts() if alert.name == name)
    told = TOLD[alert.severity]

    drill.wait_until(f"{name} fires", lambda: drill.state(name) == "firing", lambda: drill.state(name))
    if alert.wait:
        waited = f'count_over_time(ALERTS{{alertname="{name}", alertstate="pending"}}[10m])'
        assert drill.query(waited), f"{name} never was pending"

    for receiver in told:
        drill.wait_until(f"{receiver} is told of {name}", partial(drill.inbox.alerts, receiver, name))
    message = drill.inbox.alerts(min(told), name)[0]
    assert message["labels"]["severity"] == alert.severity
    assert message["labels"]["environment"] == "test"
    assert message["annotations"]["summary"] == alert.annotations["summary"]
    assert message["annotations"]["action"] == alert.action
    assert message["annotations"]["description"]
    assert "<no value>" not in message["annotations"]["description"]
    assert message["annotations"]["runbook_url"] == f"http://localhost:8000/runbooks#{name.lower()}"

    drill.simulator.ask("DELETE", f"/fire/{name}")
    drill.wait_until(f"{name} is inactive", lambda: drill.state(name) == "inactive", lambda: drill.state(name))
    for receiver in told:
        over = partial(drill.inbox.alerts, receiver, name, "resolved")
        drill.wait_until(f"{receiver} hears that {name} is over", over)
    assert {receiver for receiver in RECEIVERS if _heard(drill.inbox, receiver, name)} == told


def _heard(inbox: Inbox, receiver: str, name: str) -> bool:
    return any(inbox.alerts(receiver, name, status) for status in ("firing", "resolved"))


def test_nothing_fires_that_was_not_driven(drill: Running) -> None:
    """What is driven may take others along: those that look at the same series, or wait for the history of a day."""
    alerts = drill.prometheus.get("/api/v1/alerts")["data"]["alerts"]
    firing = [alert["labels"] for alert in alerts if alert["state"] == "firing"]
    known = (*DRIVEN, *COMPANY)
    assert [one for one in firing if not any(fnmatch(one["alertname"], name) for name in known)] == []


# They look at what is driven for others.
COMPANY = {"SlowAICalls", "AiLatency*", "ApiAvailability*", "HighAIErrorRate"}
