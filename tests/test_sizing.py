"""What a Prometheus needs for a stack, and that what is made up for a metric fits into what is reckoned."""

from __future__ import annotations

from pathlib import Path

import pytest

from aimon.catalogue import Label, Metric
from aimon.live.simulate.series import Drawing, family
from aimon.pipeline import Options, compile_spec
from aimon.series import likely_series, most_series
from aimon.sizing import Load, Sizing, _bytes, sizing
from aimon.stack import Duration, Stack

EXAMPLES = sorted((Path(__file__).parent.parent / "examples").iterdir())
DAYS = Duration("15d", 15 * 86_400.0)


def stack_of(spec: Path) -> Stack:
    stack = compile_spec(spec / "aimon.yaml", Options(only="prometheus.yml", judged=False)).stack
    assert stack is not None
    return stack


def needs(series: int, samples: float, kept: Duration = DAYS, limit: int | None = None) -> Sizing:
    return Sizing((Load("api", 1, series, samples, ()),), Load("recording rules", 0, 0, 0.0, ()), (), kept, limit)


def test_a_million_series() -> None:
    """One million, every 15 s, for 15 days: https://prometheus.io/docs/prometheus/latest/storage/ has the formula."""
    one = needs(1_000_000, 1_000_000 / 15)
    assert one.disk == pytest.approx((86.4e9, 129.6e9, 172.8e9))
    assert one.volume == pytest.approx(216e9, rel=0.01)
    assert one.memory == pytest.approx((3.2e9, 5.2e9, 8.2e9))
    assert (one.shards, len(one.advice)) == (1, 1)


@pytest.mark.parametrize(
    ("series", "samples", "shards"),
    [(0, 0, 1), (5_000_000, 100_000, 1), (5_000_001, 100_000, 2), (1_000, 500_001, 2), (12_000_000, 100_000, 3)],
)
def test_how_many_servers(series: int, samples: float, shards: int) -> None:
    assert needs(series, samples).shards == shards
    assert ("hashmod" in needs(series, samples).advice[0]) == (shards > 1)


def test_long_history_is_worth_object_storage() -> None:
    assert len(needs(1, 1, Duration("1y", 365 * 86_400.0)).advice) == 2


def test_the_size_limit_shortens_history() -> None:
    assert needs(1, 1000, limit=1500 * 86_400).history == 86_400
    assert needs(1, 1000, limit=10**15).history is None
    assert needs(0, 0, limit=1).history is None


@pytest.mark.parametrize(("size", "number"), [("512B", 512), ("8GB", 8 * 2**30), ("1TB", 2**40), ("3KB", 3 * 1024)])
def test_sizes_are_powers_of_two(size: str, number: int) -> None:
    assert _bytes(size) == number


def metric(type: str = "gauge", quantiles: tuple[float, ...] = (), **labels: Label) -> Metric:
    return Metric((), "things", type, "Things", None, labels, quantiles=quantiles)


def test_labels_of_exporters_depend_on_each_other() -> None:
    disk = metric(device=Label(limit=10), mountpoint=Label(limit=20), state=Label(("used", "free")))
    assert most_series(disk, 3) == 3 * 10 * 20 * 2
    assert likely_series(disk, 3) == 3 * 20 * 2
    assert likely_series(metric(user=Label()), 1) is None


def test_parts_count() -> None:
    assert most_series(metric("summary", (0.5, 0.99)), 1) == 4
    assert most_series(metric("histogram"), 1) == 3


@pytest.mark.parametrize("spec", EXAMPLES, ids=lambda spec: spec.name)
def test_what_is_made_up_fits(spec: Path) -> None:
    """The simulator, which knows nothing of this, makes no more series of a project's own metrics."""
    stack = stack_of(spec)
    for job in stack.jobs:
        for one in job.metrics:
            if one.pack is None:
                made = len(family(one, {}, Drawing()).series)
                assert made <= (most_series(one, 1) or 0), one.name


@pytest.mark.parametrize("spec", EXAMPLES, ids=lambda spec: spec.name)
def test_every_example_runs_on_one_server(spec: Path) -> None:
    one = sizing(stack_of(spec))
    assert one.shards == 1
    assert not any(load.uncounted for load in one.loads)
    assert one.series == sum(load.series for load in one.loads) > 1000
