"""The vocabulary of units as plain data: names, their dimension and scale, and other ways to write them."""

from __future__ import annotations

from typing import Final

TIMES: Final = {
    "s": "1",
    "ms": "0.001",
    "us": "0.000001",
    "ns": "0.000000001",
    "m": "60",
    "h": "3600",
    "d": "86400",
    "w": "604800",
    "y": "31536000",
}
SI: Final = {"k": "1e3", "M": "1e6", "G": "1e9", "T": "1e12", "P": "1e15"}
BINARY: Final = {
    "Ki": "1024",
    "Mi": "1048576",
    "Gi": "1073741824",
    "Ti": "1099511627776",
    "Pi": "1125899906842624",
}
BIT: Final = {
    "": "0.125",
    "k": "125",
    "M": "125e3",
    "G": "125e6",
    "T": "125e9",
    "Ki": "128",
    "Mi": "131072",
    "Gi": "134217728",
}
_CURRENCIES: Final = (
    "USD EUR GBP JPY RUB UAH BRL DKK ISK NOK SEK CZK CHF PLN BTC ZAR INR KRW IDR PHP VND TRY MYR XPF BGN PYG UYU ILS "
    "CNY AUD CAD NZD SGD HKD MXN"
)
SYMBOLS: Final = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₩": "KRW", "₽": "RUB", "₺": "TRY"}

# Things that are counted. They have no dimension of their own: errors / requests must come out as a ratio.
COUNTED: Final = {
    "req": "request requests reqs",
    "ops": "op operation operations",
    "calls": "call",
    "errors": "error err errs",
    "failures": "failure",
    "events": "event evt evts",
    "messages": "message msg msgs",
    "reads": "read rd",
    "writes": "write wr",
    "records": "record rec",
    "rows": "row",
    "packets": "packet pkt pkts",
    "io": "ios",
    "queries": "query",
    "sessions": "session",
    "connections": "connection conn conns",
    "users": "user",
    "clients": "client",
    "files": "file",
    "items": "item",
    "jobs": "job",
    "tasks": "task",
    "threads": "thread",
    "processes": "process",
    "containers": "container",
    "pods": "pod",
    "nodes": "node",
    "instances": "instance",
    "targets": "target",
    "replicas": "replica",
    "keys": "key",
    "hits": "hit",
    "misses": "miss",
    "retries": "retry",
    "restarts": "restart",
    "timeouts": "timeout",
    "evictions": "eviction",
    "commands": "command cmd cmds",
    "pages": "page",
    "samples": "sample",
    "series": "timeseries",
    "documents": "document",
    "chunks": "chunk",
    "images": "image",
    "characters": "character chars",
    "prompts": "prompt",
    "completions": "completion",
    "agents": "agent",
    "versions": "version",
    "deployments": "deployment",
    "alerts": "alert",
    "notifications": "notification",
    "lines": "line",
    "commits": "commit",
    "batches": "batch",
    "slots": "slot",
    "sequences": "sequence",
    "goroutines": "goroutine",
    "fds": "fd",
}

SHARES: Final = {"ratio": "1", "%": "0.01", "‰": "0.001", "ppm": "0.000001", "cores": "1"}

# Name as people write it -> (base quantity, scale); the base quantity of shares and of counted things is "".
NAMES: Final[dict[str, tuple[str, str]]] = {
    "": ("", "1"),
    **{name: ("second", scale) for name, scale in TIMES.items()},
    "B": ("byte", "1"),
    **{f"{prefix}B": ("byte", scale) for prefix, scale in (SI | BINARY).items()},
    **{f"{prefix}bit": ("byte", scale) for prefix, scale in BIT.items()},
    "tokens": ("token", "1"),
    **{code: (f"currency:{code}", "1") for code in _CURRENCIES.split()},
    **{name: ("", scale) for name, scale in SHARES.items()},
    "bool": ("", "1"),
    "timestamp": ("timestamp", "1"),
    "timestamp_ms": ("timestamp", "0.001"),
    "°C": ("celsius", "1"),
    "Hz": ("hertz", "1"),
    "kHz": ("hertz", "1e3"),
    "MHz": ("hertz", "1e6"),
    "GHz": ("hertz", "1e9"),
    "V": ("volt", "1"),
    "mV": ("volt", "0.001"),
    "kV": ("volt", "1e3"),
    "A": ("ampere", "1"),
    "mA": ("ampere", "0.001"),
    "W": ("watt", "1"),
    "mW": ("watt", "0.001"),
    "kW": ("watt", "1e3"),
    "MW": ("watt", "1e6"),
    "J": ("joule", "1"),
    "mJ": ("joule", "0.001"),
    "kJ": ("joule", "1e3"),
    "Wh": ("joule", "3600"),
    "kWh": ("joule", "3600000"),
    "g": ("gram", "1"),
    "mg": ("gram", "0.001"),
    "kg": ("gram", "1e3"),
    "meters": ("meter", "1"),
    "mm": ("meter", "0.001"),
    "cm": ("meter", "0.01"),
    "km": ("meter", "1e3"),
    **dict.fromkeys(COUNTED, ("", "1")),
}

_SPELLINGS: Final = {
    "": "count number none short unit units 1",
    "s": "sec secs second seconds",
    "ms": "millisecond milliseconds millis msec",
    "us": "µs μs microsecond microseconds micros usec",
    "ns": "nanosecond nanoseconds nanos nsec",
    "m": "min mins minute minutes",
    "h": "hr hrs hour hours",
    "d": "day days",
    "w": "week weeks",
    "y": "year years yr",
    "B": "byte bytes octet octets",
    "kB": "KB kilobyte kilobytes",
    "MB": "megabyte megabytes",
    "GB": "gigabyte gigabytes",
    "TB": "terabyte terabytes",
    "KiB": "kibibyte kibibytes",
    "MiB": "mebibyte mebibytes",
    "GiB": "gibibyte gibibytes",
    "TiB": "tebibyte tebibytes",
    "bit": "bits",
    "kbit": "Kbit kbits Kbits kilobit kilobits",
    "Mbit": "Mbits megabit megabits",
    "Gbit": "Gbits gigabit gigabits",
    "tokens": "token tok toks",
    "USD": "usd dollar dollars",
    "EUR": "eur euro euros",
    "GBP": "gbp pound pounds",
    "%": "percent pct",
    "ratio": "percentunit share fraction",
    "cores": "core cpu cpus",
    "bool": "boolean",
    "timestamp": "timestamp_seconds unixtime",
    "timestamp_ms": "timestamp_milliseconds",
    "°C": "celsius degC",
    "Hz": "hertz",
    "kHz": "kilohertz",
    "MHz": "megahertz",
    "GHz": "gigahertz",
    "V": "volt volts",
    "mV": "millivolt millivolts",
    "A": "ampere amperes amp amps",
    "mA": "milliampere milliamperes",
    "W": "watt watts",
    "mW": "milliwatt milliwatts",
    "kW": "kilowatt kilowatts",
    "J": "joule joules",
    "mJ": "millijoule millijoules",
    "kJ": "kilojoule kilojoules",
    "g": "gram grams",
    "kg": "kilogram kilograms",
    "meters": "meter metre metres",
}
ALIASES: Final[dict[str, str]] = {
    alias: name for name, aliases in (_SPELLINGS | COUNTED).items() for alias in aliases.split()
} | SYMBOLS

# Abbreviations of whole rates, as Grafana and dashboards write them; `ops` alone is a rate, `5 ops` are five of them.
RATES: Final = {
    "cps": "/s",
    "cpm": "/m",
    "reqps": "req/s",
    "rps": "req/s",
    "qps": "req/s",
    "reqpm": "req/m",
    "rpm": "req/m",
    "qpm": "req/m",
    "ops": "ops/s",
    "opm": "ops/m",
    "iops": "io/s",
    "rdps": "reads/s",
    "wps": "writes/s",
    "wpm": "writes/m",
    "eps": "events/s",
    "mps": "messages/s",
    "pps": "packets/s",
    "tps": "tokens/s",
    "tpm": "tokens/m",
}

_UNTOLD = """
    age amount bandwidth cost delay distance duration energy latency length memory power price size spend spent
    temperature throughput time traffic usage value volume wait weight
"""
_MODIFIERS = """
    used consumed generated processed sent received transmitted produced spent cached read written allocated reserved
    free available current max min limit avg mean input output in out
"""
_UNSURE = """
    token number none short unit units min max sec cpu cpus core cores share fraction series ios timestamp boolean bool
"""
# Last words of a counter's name that measure something without saying in what: seconds or milliseconds?
UNTOLD: Final = frozenset(_UNTOLD.split())
# Words that may stand after the unit in a metric's name: ai_tokens_used, memory_bytes_max.
MODIFIERS: Final = frozenset(_MODIFIERS.split())
# Words that name a unit in a spec but may mean anything in a metric's name.
UNSURE: Final = frozenset(_UNSURE.split())
