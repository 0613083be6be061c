"""Write the rules of a large monorepo, a service a file, as a generator of SLO rules and a platform team would have it.

Twelve rules a service: four recordings whose names all services share, told apart by their labels, and eight alerts.
Services differ in their names, owners, thresholds and windows. The metrics stand beside them as a `/metrics` text.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

SERVICES = 1000
_FIRST = "account billing cart catalog checkout coupon device email fraud geo identity inventory ledger loyalty media".split()
_SECOND = "api broker cache consumer edge gateway indexer mailer planner proxy reader scheduler store sync writer".split()
_TEAMS = "core data growth payments platform search trust".split()

METRICS = """\
# HELP http_requests_total Requests that were answered.
# TYPE http_requests_total counter
http_requests_total{job="x",service="x",code="200",method="GET"} 1
# HELP http_request_duration_seconds How long answers take.
# TYPE http_request_duration_seconds histogram
http_request_duration_seconds_bucket{job="x",service="x",le="0.1"} 1
http_request_duration_seconds_bucket{job="x",service="x",le="0.3"} 1
http_request_duration_seconds_bucket{job="x",service="x",le="0.5"} 1
http_request_duration_seconds_bucket{job="x",service="x",le="1"} 1
http_request_duration_seconds_bucket{job="x",service="x",le="2.5"} 1
http_request_duration_seconds_bucket{job="x",service="x",le="10"} 1
http_request_duration_seconds_bucket{job="x",service="x",le="+Inf"} 1
http_request_duration_seconds_sum{job="x",service="x"} 1
http_request_duration_seconds_count{job="x",service="x"} 1
# HELP process_resident_memory_bytes Resident memory.
# TYPE process_resident_memory_bytes gauge
process_resident_memory_bytes{job="x",service="x"} 1
# HELP service_memory_limit_bytes The memory that a service may take.
# TYPE service_memory_limit_bytes gauge
service_memory_limit_bytes{job="x",service="x"} 1
# HELP queue_messages Messages that wait.
# TYPE queue_messages gauge
queue_messages{job="x",service="x",queue="x"} 1
# HELP queue_messages_consumed_total Messages that were taken from the queue.
# TYPE queue_messages_consumed_total counter
queue_messages_consumed_total{job="x",service="x",queue="x"} 1
# HELP db_pool_connections Open connections by state.
# TYPE db_pool_connections gauge
db_pool_connections{job="x",service="x",state="idle"} 1
# HELP db_pool_connections_max The most connections that may be open.
# TYPE db_pool_connections_max gauge
db_pool_connections_max{job="x",service="x"} 1
# HELP last_success_timestamp_seconds When the nightly job last succeeded.
# TYPE last_success_timestamp_seconds gauge
last_success_timestamp_seconds{job="x",service="x",task="x"} 1
"""

_GROUPS = """\
# The monitoring of {service}, which belongs to the team {team}.
groups:
  - name: {service}-recordings
    interval: 30s
    rules:
      - record: service:http_requests:rate5m
        expr: |
          sum by (job, service) (
            rate(http_requests_total{{job="{team}/{service}", service="{service}"}}[5m])
          )
        labels:
          team: {team}
      - record: service:http_errors:ratio_rate{window}
        expr: |
          sum by (job, service) (rate(http_requests_total{{job="{team}/{service}", service="{service}", code=~"5.."}}[{window}]))
            /
          sum by (job, service) (rate(http_requests_total{{job="{team}/{service}", service="{service}"}}[{window}]))
        labels:
          team: {team}
      - record: service:http_request_duration_seconds:p{quantile}_rate5m
        expr: |
          histogram_quantile(0.{quantile}, sum by (le, job, service) (
            rate(http_request_duration_seconds_bucket{{job="{team}/{service}", service="{service}"}}[5m])
          ))
        labels:
          team: {team}
      - record: service:memory:ratio
        expr: |
          max by (service) (process_resident_memory_bytes{{service="{service}"}})
            / on (service)
          max by (service) (service_memory_limit_bytes{{service="{service}"}})
        labels:
          team: {team}
  - name: {service}-alerts
    rules:
"""

# Name, expression, wait, severity, summary, description.
_ALERTS = (
    (
        "HighErrorRate",
        'service:http_errors:ratio_rate{window}{{service="{service}"}} > {errors}',
        "5m",
        "critical",
        "{service} fails too many requests",
        "{{{{ $value | humanizePercentage }}}} of the requests to {{{{ $labels.service }}}} in {{{{ $labels.job }}}} fail "
        "with a 5xx code, over the last {window}; users of {service} see error pages.",
    ),
    (
        "SlowRequests",
        'service:http_request_duration_seconds:p{quantile}_rate5m{{job="{team}/{service}", service="{service}"}} > {slow}',
        "10m",
        "warning",
        "{service} answers slowly",
        "The p{quantile} of {{{{ $labels.service }}}} is {{{{ $value | humanizeDuration }}}}, and more than {slow} s "
        "has not been agreed with those who call {service}.",
    ),
    (
        "NoTraffic",
        'sum by (job, service) (service:http_requests:rate5m{{service="{service}"}}) < {least}\n'
        '  and on (job, service) sum by (job, service) (rate(http_requests_total{{job="{team}/{service}", '
        'service="{service}"}}[1h] offset 1d)) > {least}',
        "15m",
        "warning",
        "{service} gets hardly any requests",
        "{{{{ $labels.service }}}} gets {{{{ $value | humanize }}}} requests a second, and yesterday at this time it got more; "
        "look at what stands in front of {service}.",
    ),
    (
        "MemoryNearLimit",
        'service:memory:ratio{{service="{service}"}} > {memory}',
        "15m",
        "warning",
        "{service} is about to run out of memory",
        "{{{{ $labels.service }}}} takes {{{{ $value | humanizePercentage }}}} of the memory that it may take; beyond all of it "
        "{service} is killed.",
    ),
    (
        "QueueGrows",
        'sum by (service, queue) (queue_messages{{service="{service}", queue!~"dead-letter.*"}})\n'
        '  > {backlog} and sum by (service, queue) (rate(queue_messages_consumed_total{{service="{service}"}}[{window}])) < 10',
        "10m",
        "warning",
        "a queue of {service} grows",
        "{{{{ $value | humanize }}}} messages wait in {{{{ $labels.queue }}}} of {{{{ $labels.service }}}}, and fewer than 10 a "
        "second are taken out.",
    ),
    (
        "PoolExhausted",
        'sum without (state) (db_pool_connections{{service="{service}", state="busy"}})\n'
        '  / on (job, service, instance) db_pool_connections_max{{service="{service}"}} > {pool}',
        "5m",
        "critical",
        "{service} has hardly any connections left",
        "{{{{ $value | humanizePercentage }}}} of the connections of {{{{ $labels.instance }}}} to the database are busy; requests "
        "to {service} are about to wait.",
    ),
    (
        "JobLate",
        'time() - max by (service, task) (last_success_timestamp_seconds{{service="{service}"}}) > {late}',
        "30m",
        "warning",
        "a nightly job of {service} is late",
        "{{{{ $labels.task }}}} of {{{{ $labels.service }}}} last succeeded {{{{ $value | humanizeDuration }}}} ago.",
    ),
    (
        "Down",
        'up{{job="{team}/{service}"}} == 0',
        "{down}",
        "critical",
        "an instance of {service} does not answer",
        "{{{{ $labels.instance }}}} of {service} has not answered Prometheus for {down}; if all are down, {{{{ $labels.job }}}} "
        "is out of order.",
    ),
)

_ALERT = """\
      - alert: {title}{name}
        expr: |
          {expr}
        for: {wait}
        labels:
          severity: {severity}
          team: {team}
          service: {service}
        annotations:
          summary: {summary}
          description: >-
            {description}
          runbook_url: https://runbooks.example.com/{team}/{service}#{anchor}
          dashboard: https://grafana.example.com/d/{service}/overview?var-service={service}
"""


def names(count: int) -> list[str]:
    """The names of services: `checkout-api`, then `checkout-api-2` for the second of that name."""
    plain = [f"{first}-{second}" for second in _SECOND for first in _FIRST]
    return [plain[index % len(plain)] + (f"-{index // len(plain) + 1}" if index >= len(plain) else "") for index in range(count)]


def rules_of(service: str) -> str:
    """The rule file of a service; the same name gives the same text."""
    chosen = random.Random(service)
    facts = {
        "service": service,
        "team": chosen.choice(_TEAMS),
        "title": "".join(word.capitalize() for word in service.split("-")),
        "window": chosen.choice(("5m", "10m", "30m")),
        "quantile": chosen.choice(("90", "95", "99")),
        "errors": chosen.choice(("0.01", "0.02", "0.05")),
        "slow": chosen.choice(("0.3", "0.5", "1", "2.5")),
        "least": chosen.choice(("0.1", "1", "10")),
        "memory": chosen.choice(("0.8", "0.9", "0.95")),
        "backlog": chosen.choice(("100", "1000", "10000")),
        "pool": chosen.choice(("0.8", "0.9")),
        "late": chosen.choice(("90000", "180000")),
        "down": chosen.choice(("2m", "5m", "10m")),
    }
    alerts = (
        _ALERT.format(
            **facts,
            name=name,
            anchor=name.lower(),
            severity=severity,
            expr=expr.format(**facts).replace("\n", "\n          "),
            wait=wait.format(**facts),
            summary=summary.format(**facts),
            description=description.format(**facts),
        )
        for name, expr, wait, severity, summary, description in _ALERTS
    )
    return _GROUPS.format(**facts) + "".join(alerts)


def write(folder: Path, count: int = SERVICES) -> None:
    """The files of so many services below `rules/`, and the metrics that they read as `metrics.txt`."""
    rules = folder / "rules"
    rules.mkdir(parents=True, exist_ok=True)
    for service in names(count):
        (rules / f"{service}.yml").write_text(rules_of(service), encoding="utf-8")
    (folder / "metrics.txt").write_text(METRICS, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
