"""The lives of alerts and metrics, and whom an alert reaches."""

from __future__ import annotations

import textwrap

import pytest

from aimon.build import build
from aimon.checks import CHECKS
from aimon.document import Address, parse_yaml
from aimon.parse import parse
from aimon.promql.labelling import Labelling
from aimon.reach import fits, stops
from aimon.report.explain import alert_life, check_page, metric_life
from aimon.report.text import Line
from aimon.stack import Route, Routing, Stack


def stack_of(text: str) -> Stack:
    return build(parse(parse_yaml(textwrap.dedent(text)).value))


def shown(lines: object) -> str:
    assert hasattr(lines, "__iter__")
    made: list[Line] = list(lines)
    return "\n".join("".join(part for part, _ in line).rstrip() for line in made)


def where(at: Address) -> str:
    return f"aimon.yaml:{'.'.join(map(str, at))}" if at else ""


SHOP = stack_of("""
    prometheus: {external_labels: {region: eu}}
    services:
      shop:
        targets: ['a:80', 'b:80']
        metrics:
          orders_total: {type: counter, help: Orders, labels: {status: [ok, failed], country: 20}}
          order_seconds: {type: histogram, buckets: [0.1, 1], labels: {user: null}}
    external: [kube_pod_info]
    recording_rules:
      job:failed:rate5m: {expr: 'sum by (job) (rate(orders_total{status="failed"}[5m]))'}
    alerts:
      OrdersFail:
        {expr: 'sum(job:failed:rate5m)', above: 10/s, for: 5m, keep_firing_for: 10m, severity: critical,
         labels: {team: web}, summary: Orders fail, action: Call the bank, runbook_url: 'https://books/orders'}
    dashboards: {main: {rows: {Shop: [{alert: OrdersFail}, {metric: orders_total}]}}}
    notifications:
      default: chat
      receivers: {pager: {pagerduty: {routing_key_file: /k}}, chat: {slack: {api_url_file: /s}}}
      routes:
        - {match: {severity: critical, region: eu}, to: pager, continue: true, escalate: {after: 1h, to: chat}}
        - {match: {team: web}, to: chat}
      inhibit: [{when: {alertname: TargetDown}, mute: {severity: critical}, equal: [job]}]
    """)


def test_the_life_of_an_alert() -> None:
    assert (
        shown(alert_life(SHOP, "OrdersFail", where))
        == """\
alert OrdersFail  aimon.yaml:alerts.OrdersFail
  Orders fail
  reads      job:failed:rate5m, recording rule, aimon.yaml:recording_rules.job:failed:rate5m
               orders_total, counter of shop, aimon.yaml:services.shop.metrics.orders_total
  fires      sum(job:failed:rate5m)
             > 10/s, a count per time (/s)
             for 5m, and until it was gone for 10m; looked at every 15s
  rule       rules/alerts.yml, group alerts
  labels     alertname="OrdersFail", severity="critical", team="web"
             added by Prometheus: region="eu"
  goes to    chat (slack) by the route {severity="critical", region="eu"} at aimon.yaml:notifications.routes.0.escalate: after 1h, again every 4h
             pager (pagerduty) by the route {severity="critical", region="eu"} at aimon.yaml:notifications.routes.0: after 30s, again every 4h
             chat (slack) by the route {team="web"} at aimon.yaml:notifications.routes.1: after 30s, again every 4h
  silenced   while {alertname="TargetDown"} fires with the same job, aimon.yaml:notifications.inhibit.0
  shown on   Main / Orders fail
  to do      https://books/orders
             Call the bank"""  # noqa: E501
    )


def test_the_life_of_a_metric() -> None:
    assert (
        shown(metric_life(SHOP, "orders_total", where))
        == """\
metric orders_total  aimon.yaml:services.shop.metrics.orders_total
  Orders
  type       counter; a count
  from       job shop, 2 targets, every 15s
  labels     status: ok, failed
             country: at most 20 values
             instance and job, which Prometheus adds
  series     at most 80 on 2 targets
  rules      job:failed:rate5m
  alerts     OrdersFail
  panels     Main / Orders fail
             Main / Orders per second"""
    )


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("order_seconds_bucket", "how many is not known: of user any number of values is allowed"),
        ("order_seconds", "queried as order_seconds_bucket, order_seconds_sum, order_seconds_count"),
        ("kube_pod_info", "exposed by somebody else"),
        ("kube_pod_info", "used by    nothing"),
        ("up", "Prometheus itself, for every target"),
        ("job:failed:rate5m", 'sum by (job) (rate(orders_total{status="failed"}[5m]))'),
    ],
)
def test_what_is_told_of_other_metrics(name: str, text: str) -> None:
    assert text in shown(metric_life(SHOP, name, where))


def test_names_that_do_not_exist() -> None:
    with pytest.raises(KeyError):
        list(alert_life(SHOP, "Nothing", where))
    with pytest.raises(KeyError):
        list(metric_life(SHOP, "nothing", where))


@pytest.mark.parametrize("id", CHECKS)
def test_the_page_of_a_check(id: str) -> None:
    page = shown(check_page(CHECKS[id]))
    assert page.startswith(f"{id}  {CHECKS[id].level}\n\n")
    assert any(f"\n{bad}:\n\n    " in page for bad in ("Bad", "Bad template", "Bad file"))
    assert f"# aimon: ignore[{id}]" in page


@pytest.mark.parametrize(
    ("matcher", "fit"),
    [
        ('team="web"', True),
        ('team="ops"', False),
        ('team!="ops"', True),
        ('team=~"we.|ops"', True),
        ('team=~"we"', False),
        ('team!~"o.*"', True),
        ('job="shop"', None),
        ('job=~"shop|bank"', True),
        ('job="other"', False),
        ('env="a"', None),
        ('env=~"a|"', True),
        ('gone=""', True),
        ('gone=~".+"', False),
        ('odd="x"', None),
        (r'team=~"\\pL+"', None),  # Go reads what Python does not
        ('team=~"(w+)+x"', None),  # what may take for ever is not tried
        ("nonsense", None),
    ],
)
def test_matchers(matcher: str, fit: bool | None) -> None:
    names = frozenset({"team", "job", "env", "odd"})
    values = {"team": frozenset({"web"}), "job": frozenset({"shop", "bank"}), "env": frozenset({"a"})}
    assert fits([matcher], Labelling(names, frozenset({"team", "job"}), values)) is fit
    assert fits(['gone=""'], Labelling(None, frozenset(), values)) is None


def routing(*routes: tuple[str, str, bool]) -> Routing:
    made = tuple(Route((), to, (matcher,), goes_on, {}) for matcher, to, goes_on in routes)
    return Routing(Route((), "root", (), False, {}), made, (), (), {})


@pytest.mark.parametrize(
    ("routes", "expected"),
    [
        ([], [("root", True)]),
        ([('a="1"', "x", False), ('a="1"', "y", False)], [("x", True)]),
        ([('a="1"', "x", True), ('a="1"', "y", False)], [("x", True), ("y", True)]),
        ([('a="1"', "x", True)], [("x", True)]),
        ([('a="2"', "x", False)], [("root", True)]),
        ([('b="2"', "x", False)], [("x", False), ("root", False)]),
        ([('b="2"', "x", False), ('a="1"', "y", False)], [("x", False), ("y", False)]),
        ([('b="2"', "x", True), ('a="1"', "y", False)], [("x", False), ("y", True)]),
    ],
)
def test_routes(routes: list[tuple[str, str, bool]], expected: list[tuple[str, bool]]) -> None:
    labels = Labelling(frozenset("ab"), frozenset("ab"), {"a": frozenset({"1"})})
    found = stops(routing(*routes), labels)
    assert [(stop.receiver, stop.sure) for stop in found] == expected
