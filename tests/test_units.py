"""Quantities as people write them, their units, and what Grafana and Prometheus call them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aimon import units
from aimon.units.grafana_ids import ALSO, IDS
from aimon.units.names import ALIASES, COUNTED, NAMES, RATES


def amount(text: str | int | float) -> tuple[str, str | None]:
    quantity = units.parse_quantity(text)
    return units.plain_number(quantity.value), quantity.unit.name if quantity.unit else None


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("5%", "5", "%"),
        ("99.9 %", "99.9", "%"),
        ("2s", "2", "s"),
        ("250ms", "250", "ms"),
        ("1h30m", "5400", "s"),
        ("-1h5m", "-3900", "s"),
        ("5m", "5", "m"),
        ("5M", "5000000", None),
        ("5 minutes", "5", "m"),
        ("100/s", "100", "/s"),
        ("1k/s", "1000", "/s"),
        ("1GiB", "1", "GiB"),
        ("500MB", "500", "MB"),
        ("10MB/s", "10", "MB/s"),
        ("10Mbps", "10", "Mbit/s"),
        ("3 bytes per second", "3", "B/s"),
        ("$5/h", "5", "USD/h"),
        ("-$5", "-5", "USD"),
        ("5 USD/day", "5", "USD/d"),
        ("€3k/d", "3000", "EUR/d"),
        ("100 req/s", "100", "req/s"),
        ("5 rps", "5", "req/s"),
        ("5 ops", "5", "ops"),
        ("3 tokens/s", "3", "tokens/s"),
        ("2M tokens", "2000000", "tokens"),
        ("80 °C", "80", "°C"),
        ("4 cores", "4", "cores"),
        ("5 count:widgets/s", "5", "count:widgets/s"),
        ("-3", "-3", None),
        ("1e6", "1000000", None),
        ("1_000", "1000", None),
        (".5", "0.5", None),
        ("1k", "1000", None),
        ("2.5M", "2500000", None),
        ("+Inf", "+Inf", None),
        (0.05, "0.05", None),
        (0.1 + 0.2, "0.30000000000000004", None),
        (3, "3", None),
    ],
)
def test_reads_quantities(text: str | float, value: str, unit: str | None) -> None:
    assert amount(text) == (value, unit)


@pytest.mark.parametrize(
    ("text", "message", "help"),
    [
        ("5 foo", "`foo` is not a unit that aimon knows", "for a thing that is counted write `count:foo`"),
        ("5 byts", "`byts` is not a unit that aimon knows", "did you mean `bytes` or `bits`?"),
        ("500 mib", "`mib` is not a unit that aimon knows", "did you mean `MiB`?"),
        ("5 mb/s", "`mb/s` is not a unit that aimon knows", "did you mean `MB/s`?"),
        ("1Gi", "`Gi` is not a unit that aimon knows", "did you mean `GiB` or `Gbit`?"),
        ("5Mb", "`Mb` may mean bits or bytes", "write `Mbit` or `MB`"),
        ("$500/month", "a month has no fixed length", "give the amount per day (`/d`) or per hour (`/h`)"),
        ("80 °F", "`°F` is not a unit that aimon knows", "write the temperature in `°C`"),
        ("1,000", "`1,000` has a comma", "write `1000`"),
        ("5/", "`/` is not a unit that aimon knows", "write a unit such as `s`, `%`, `MiB`, `/s` or `tokens/s`"),
        ("1e999", "`1e999` is beyond what Prometheus can compare", "write a number below `1e300`"),
        ("", "`` is not a quantity", "write a number with its unit, such as `5%`, `2s` or `100/s`"),
        ("fast", "`fast` is not a quantity", "write a number with its unit, such as `5%`, `2s` or `100/s`"),
        (True, "`True` is not a quantity", "write a number with its unit, such as `5%`, `2s` or `100/s`"),
    ],
)
def test_says_what_is_wrong_with_a_quantity(text: str, message: str, help: str) -> None:
    with pytest.raises(units.UnitError) as caught:
        units.parse_quantity(text)
    assert (caught.value.message, caught.value.help) == (message, help)


numbers = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=6)
unit_names = st.sampled_from(
    [
        *NAMES,
        *(
            f"{top}/{end}"
            for top in ("", "B", "MiB", "Mbit", "tokens", "USD", "EUR", "req", "errors")
            for end in "smhd"
        ),
    ]
)


@given(numbers, unit_names)
def test_what_is_written_reads_back_as_the_same_amount(value: Decimal, name: str) -> None:
    unit = units.unit_named(name) if name != "ops" else units.Unit((), Decimal(1), "ops")
    text = units.humanize(value, unit)
    assert units.convert(units.parse_quantity(text), unit) == value, text


@given(numbers)
def test_a_bare_number_reads_back(value: Decimal) -> None:
    quantity = units.parse_quantity(units.humanize(value, None))
    assert (quantity.value, quantity.unit) == (value, None)


@given(st.text(max_size=12) | st.from_regex(r"\A-?[0-9.]{1,4} ?[a-zA-Z%/$]{0,5}\Z"))
def test_any_text_is_read_or_refused_with_help(text: str) -> None:
    try:
        units.parse_quantity(text)
    except units.UnitError as error:
        said = error.message and error.help
    else:
        said = "read"
    assert said


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        ("0.05", "ratio", "5%"),
        ("2", "s", "2s"),
        ("0.25", "s", "250ms"),
        ("5400", "s", "90m"),
        ("86400", "s", "1d"),
        ("0", "s", "0s"),
        ("1073741824", "B", "1 GiB"),
        ("500000000", "B", "500 MB"),
        ("10000000", "B/s", "10 MB/s"),
        ("100", "/s", "100/s"),
        ("1000", "req/s", "1k req/s"),
        ("5", "USD/h", "$5/h"),
        ("-5", "USD", "-$5"),
        ("1500", "W", "1500 W"),
        ("80", "°C", "80 °C"),
        ("1E-9", "tokens", "0.000000001 tokens"),
    ],
)
def test_writes_the_shortest_human_form(value: str, unit: str, text: str) -> None:
    assert units.humanize(Decimal(value), units.unit_named(unit)) == text


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("5%", "ratio", "0.05"),
        ("5%", "%", "5"),
        ("0.05", "ratio", "0.05"),
        ("250ms", "s", "0.25"),
        ("90s", "m", "1.5"),
        ("$5/h", "USD/d", "120"),
        ("60 req/m", "req/s", "1"),
        ("10 Mbit/s", "B/s", "1250000"),
        ("1000/s", "tokens/s", "1000"),
        ("100/s", "req/s", "100"),
        ("80%", "cores", "0.8"),
    ],
)
def test_converts(text: str, unit: str, value: str) -> None:
    assert units.convert(units.parse_quantity(text), units.unit_named(unit)) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("5%", "req"),
        ("2s", "B"),
        ("100 req/s", "tokens/s"),
        ("5%", "/s"),
        ("$5", "EUR"),
        ("100/s", "B/s"),
        ("5s", "timestamp"),
    ],
)
def test_refuses_to_convert_what_measures_something_else(text: str, unit: str) -> None:
    with pytest.raises(units.UnitMismatch):
        units.convert(units.parse_quantity(text), units.unit_named(unit))


def test_a_mismatch_is_said_in_words() -> None:
    with pytest.raises(units.UnitMismatch) as caught:
        units.convert(units.parse_quantity("5%"), units.unit_named("MB/s"))
    assert caught.value.message == "`5%` is a share (%), but here a number of bytes per time (MB/s) is wanted"
    assert caught.value.help == "write a quantity in `MB/s`"


@pytest.mark.parametrize(
    "name", [*NAMES, *ALIASES, *RATES, *(word for words in COUNTED.values() for word in words.split())]
)
def test_every_name_is_a_unit(name: str) -> None:
    assert units.unit_named(name)


@pytest.mark.parametrize(
    ("name", "canonical"),
    [
        ("seconds", "s"),
        ("Seconds", "s"),
        ("tokens_per_second", "tokens/s"),
        ("percent", "%"),
        ("percentunit", "ratio"),
        ("reqps", "req/s"),
        ("ops", "ops/s"),
        ("Bps", "B/s"),
        ("MBps", "MB/s"),
        ("currencyEUR", "EUR"),
        ("dtdurations", "s"),
        ("short", ""),
        ("count", ""),
        ("count:widgets", "count:widgets"),
    ],
)
def test_names_of_units(name: str, canonical: str) -> None:
    assert units.unit_named(name).name == canonical


@pytest.mark.parametrize(
    ("left", "op", "right", "result"),
    [
        ("B", "/", "s", "B/s"),
        ("B/s", "*", "s", "B"),
        ("req", "/", "s", "req/s"),
        ("errors", "/", "req", "ratio"),
        ("tokens", "/", "req", "tokens"),
        ("s", "/", "s", "ratio"),
        ("%", "/", "ratio", "%"),
        ("req/s", "*", "s", "req"),
        ("req", "*", "ratio", "req"),
        ("req", "/", "ratio", "req"),
        ("W", "/", "W", "ratio"),
        ("MB", "/", "s", "MB/s"),
        ("USD", "/", "h", "USD/h"),
        ("req/m", "*", "m", "req"),
        ("s", "/", "ms", None),
        ("timestamp", "*", "s", None),
        ("B", "*", "USD", "B × USD"),
    ],
)
def test_arithmetic(left: str, op: str, right: str, result: str | None) -> None:
    rule = units.divide if op == "/" else units.multiply
    unit = rule(units.unit_named(left), units.unit_named(right))
    assert (unit.name if unit else None) == result


@pytest.mark.parametrize(
    ("unit", "factor", "result"),
    [
        ("ratio", "100", "%"),
        ("%", "0.01", "ratio"),
        ("s", "1000", "ms"),
        ("B", "8", "bit"),
        ("B/s", "8", "bit/s"),
        ("/s", "60", "/m"),
        ("USD/s", "3600", "USD/h"),
        ("B", "0.0009765625", "KiB"),
        ("timestamp", "1000", "timestamp_ms"),
        ("req", "100", None),
        ("USD", "0.8", None),
    ],
)
def test_scaling(unit: str, factor: str, result: str | None) -> None:
    scaled = units.scaled(units.unit_named(unit), Decimal(factor))
    assert (scaled.name if scaled else None) == result


@pytest.mark.parametrize(
    ("name", "kind", "unit"),
    [
        ("http_request_duration_seconds", "histogram", "s"),
        ("http_request_duration_seconds_sum", "counter", "s"),
        ("http_request_duration_seconds_count", "counter", ""),
        ("http_request_duration_seconds_bucket", "counter", ""),
        ("http_requests_total", "counter", "req"),
        ("ai_api_calls_total", "counter", "calls"),
        ("ai_tokens_used_total", "counter", "tokens"),
        ("ai_cost_usd_total", "counter", "USD"),
        ("ai_coding_assistant_active_sessions", "gauge", "sessions"),
        ("node_cpu_seconds_total", "counter", "s"),
        ("redis_memory_used_bytes", "gauge", "B"),
        ("go_memory_bytes_max", "gauge", "B"),
        ("node_boot_time_seconds", "gauge", "timestamp"),
        ("process_start_time_seconds", "gauge", "timestamp"),
        ("last_success_timestamp_seconds", "gauge", "timestamp"),
        ("http_response_time_seconds", "summary", "s"),
        ("queue_wait_ms", "gauge", "ms"),
        ("queue_size_bits", "gauge", "bit"),
        ("requests_created", "gauge", "timestamp"),
        ("file_mtime_seconds", "gauge", "timestamp"),
        ("response_time_milliseconds", "gauge", "ms"),
        ("last_run_time_seconds", "gauge", None),
        ("node_network_speed_bytes", "gauge", None),
        ("total_tokens_metric_total", "counter", None),
        ("cache_hit_ratio", "gauge", "ratio"),
        ("disk_used_percent", "gauge", "%"),
        ("node_hwmon_temp_celsius", "gauge", "°C"),
        ("tokens_per_second", "gauge", "tokens/s"),
        ("energy_joules_total", "counter", "J"),
        ("things_total", "counter", ""),
        ("ai_duration_total", "counter", None),
        ("ai_cost_total", "counter", None),
        ("token_usage", "gauge", None),
        ("current_session", "gauge", None),
        ("node_load1", "gauge", None),
        ("build_info", "gauge", None),
        ("up", "gauge", None),
    ],
)
def test_names_of_metrics_tell_units(name: str, kind: str, unit: str | None) -> None:
    told = units.unit_of_metric_name(name, kind)
    assert (told.name if told else None) == unit


@pytest.mark.parametrize(
    ("unit", "id", "function"),
    [
        ("s", "s", "humanizeDuration"),
        ("ms", "ms", "humanize"),
        ("B", "bytes", "humanize1024"),
        ("B/s", "Bps", "humanize1024"),
        ("ratio", "percentunit", "humanizePercentage"),
        ("%", "percent", "humanize"),
        ("req/s", "reqps", "humanize"),
        ("ops/s", "ops", "humanize"),
        ("/s", "cps", "humanize"),
        ("tokens", "short", "humanize"),
        ("tokens/s", "count:tokens/s", "humanize"),
        ("sessions", "short", "humanize"),
        ("count:widgets/s", "count:widgets/s", "humanize"),
        ("USD", "currencyUSD", "humanize"),
        ("CNY", "currency:CNY", "humanize"),
        ("USD/h", "suffix:USD/h", "humanize"),
        ("°C", "celsius", "humanize"),
        ("timestamp", "none", "humanizeTimestamp"),
        ("timestamp_ms", "dateTimeAsIso", "humanize"),
        ("cores", "short", "humanize"),
    ],
)
def test_grafana_and_templates(unit: str, id: str, function: str) -> None:
    assert units.grafana_unit(units.unit_named(unit)) == id
    assert units.template_function(units.unit_named(unit)) == function


@pytest.mark.parametrize("name", NAMES)
def test_every_unit_has_an_id_that_means_it(name: str) -> None:
    unit = units.unit_named(name)
    id = units.grafana_unit(unit)
    assert units.is_grafana_unit(id)
    shown = units.unit_of_grafana(id)
    assert shown is None or shown.dimensions == unit.dimensions
    assert shown is None or shown.scale == unit.scale


def test_ids_of_grafana() -> None:
    assert len(units.GRAFANA_UNITS) == 274  # 273 and an alias
    assert not (set(IDS.values()) | set(ALSO)) - units.GRAFANA_UNITS
    assert units.grafana_unit(None) == "short"
    for free in ("suffix:tok/s", "prefix:~", "si:mF", "count:jobs", "currency:R$", "time:YYYY", "bool:yes/no"):
        assert units.is_grafana_unit(free)
    for wrong in ("tokens", "sec", "suffix:", "", ":", "string:x"):
        assert not units.is_grafana_unit(wrong)
    for silent in ("short", "none", "locale", "suffix:bananas", "unheard"):
        assert units.unit_of_grafana(silent) is None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("5m", "300"), ("1h30m", "5400"), ("15d", "1296000"), ("1y", "31536000"), ("250ms", "0.25"), ("0", "0"), (0, "0")],
)
def test_reads_durations(text: str | int, seconds: str) -> None:
    assert units.parse_duration(text) == Decimal(seconds)


@pytest.mark.parametrize(
    ("text", "help"),
    [
        (5, "write `5s` or `5m`"),
        ("5", "write `5s` or `5m`"),
        ("5 min", "write `5m`"),
        ("5min", "write `5m`"),
        ("1.5h", "write `1h30m`"),
        ("30m1h", "write `1h30m`"),
        ("2 weeks", "write `14d`"),
        ("400y", "write at most `292y`"),
        ("", "write a duration such as `30s`, `5m` or `1h30m`"),
        ("soon", "write a duration such as `30s`, `5m` or `1h30m`"),
        (True, "write a duration such as `30s`, `5m` or `1h30m`"),
        ("9" * 200 + "m", "write a duration such as `30s`, `5m` or `1h30m`, in whole milliseconds"),
    ],
)
def test_says_how_to_write_a_duration(text: str | int, help: str) -> None:
    with pytest.raises(units.UnitError) as caught:
        units.parse_duration(text)
    assert caught.value.help == help


@given(st.integers(min_value=0, max_value=292 * 365 * 86400 * 1000))
def test_durations_read_back(milliseconds: int) -> None:
    seconds = Decimal(milliseconds) / 1000
    assert units.parse_duration(units.format_duration(seconds)) == seconds


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0s"), (90, "1m30s"), (604800, "7d"), (31536000, "1y"), (0.5, "500ms")]
)
def test_writes_durations(seconds: float, text: str) -> None:
    assert units.format_duration(seconds) == text
