"""Grafana's unit ids as plain data: all of them, and which of our units each one shows.

Source: npm @grafana/data 13.2.2, ``dist/esm/valueFormats/categories.mjs`` and ``valueFormats.mjs``.
"""

from __future__ import annotations

from typing import Final

# Free ids: `suffix:widgets`, `time:YYYY-MM-DD`; the part after the colon must not be empty.
FREE_KEYS: Final = frozenset({"prefix", "suffix", "time", "si", "count", "currency", "bool"})

_IDS = """
    none string short sishort percent percentunit humidity dB candela hex0x hex sci locale pixel accMS2 accFS2 accG
    degree radian grad arcmin arcsec areaM2 areaF2 areaMI2 acres hectares flops mflops gflops tflops pflops eflops
    zflops yflops ppm conppb conngm3 conngNm3 conμgm3 conμgNm3 conmgm3 conmgNm3 congm3 congNm3 conmgdL conmmolL
    currencyUSD currencyGBP currencyEUR currencyJPY currencyRUB currencyUAH currencyBRL currencyDKK currencyISK
    currencyNOK currencySEK currencyCZK currencyCHF currencyPLN currencyBTC currencymBTC currencyμBTC currencyZAR
    currencyINR currencyKRW currencyIDR currencyPHP currencyVND currencyTRY currencyMYR currencyXPF currencyBGN
    currencyPYG currencyUYU currencyILS bytes decbytes bits decbits kbytes deckbytes mbytes decmbytes gbytes
    decgbytes tbytes dectbytes pbytes decpbytes pps binBps Bps binbps bps KiBs Kibits KBs Kbits MiBs Mibits MBs
    Mbits GiBs Gibits GBs Gbits TiBs Tibits TBs Tbits PiBs Pibits PBs Pbits dateTimeAsIso dateTimeAsIsoNoDateIfToday
    dateTimeAsUS dateTimeAsUSNoDateIfToday dateTimeAsLocal dateTimeAsLocalNoDateIfToday dateTimeAsSystem
    dateTimeFromNow watt kwatt megwatt gwatt mwatt Wm2 voltamp kvoltamp voltampreact kvoltampreact watth watthperkg
    kwatth kwattm mwatth amph kamph mamph joule ev amp kamp mamp volt kvolt mvolt dBm mohm ohm kohm Mohm farad
    µfarad nfarad pfarad ffarad henry mhenry µhenry lumens flowgpm flowcms flowcfs flowcfm litreh flowlpm flowmlpm
    lux forceNm forcekNm forceN forcekN Hs KHs MHs GHs THs PHs EHs massmg massg masslb masskg masst lengthmm
    lengthcm lengthin lengthft lengthm lengthkm lengthmi pressurembar pressurebar pressurekbar pressurepa
    pressurehpa pressurekpa pressurehg pressurepsi radbq radci radgy radrad radsv radmsv radusv radrem radexpckg
    radr radsvh radmsvh radusvh rotrpm rothz rotkhz rotmhz rotghz rotrads rotdegs celsius fahrenheit kelvin hertz ns
    µs ms s m h d dtdurationms dtdurations dthms dtdhms timeticks clockms clocks cps ops reqps rps wps iops eps mps
    recps rowsps cpm opm reqpm rpm wpm epm mpm recpm rowspm velocityms velocitykmh velocitymph velocityknot mlitre
    litre m3 Nm3 dm3 gallons bool bool_yes_no bool_on_off    farenheit
"""
# The last is Grafana's own alias for a misspelling of the past.
GRAFANA_UNITS: Final = frozenset(_IDS.split())

# Our name -> the id that shows it best.
IDS: Final = {
    "": "short",
    "ratio": "percentunit",
    "%": "percent",
    "ppm": "ppm",
    "cores": "short",
    "bool": "bool",
    "s": "s",
    "ms": "ms",
    "us": "µs",
    "ns": "ns",
    "m": "m",
    "h": "h",
    "d": "d",
    "B": "bytes",
    "kB": "deckbytes",
    "MB": "decmbytes",
    "GB": "decgbytes",
    "TB": "dectbytes",
    "PB": "decpbytes",
    "KiB": "kbytes",
    "MiB": "mbytes",
    "GiB": "gbytes",
    "TiB": "tbytes",
    "PiB": "pbytes",
    "bit": "decbits",
    "B/s": "Bps",
    "kB/s": "KBs",
    "MB/s": "MBs",
    "GB/s": "GBs",
    "TB/s": "TBs",
    "PB/s": "PBs",
    "KiB/s": "KiBs",
    "MiB/s": "MiBs",
    "GiB/s": "GiBs",
    "TiB/s": "TiBs",
    "PiB/s": "PiBs",
    "bit/s": "bps",
    "kbit/s": "Kbits",
    "Mbit/s": "Mbits",
    "Gbit/s": "Gbits",
    "Tbit/s": "Tbits",
    "Kibit/s": "Kibits",
    "Mibit/s": "Mibits",
    "Gibit/s": "Gibits",
    "/s": "cps",
    "/m": "cpm",
    "req/s": "reqps",
    "req/m": "reqpm",
    "ops/s": "ops",
    "ops/m": "opm",
    "reads/s": "rps",
    "reads/m": "rpm",
    "writes/s": "wps",
    "writes/m": "wpm",
    "events/s": "eps",
    "events/m": "epm",
    "messages/s": "mps",
    "messages/m": "mpm",
    "records/s": "recps",
    "records/m": "recpm",
    "rows/s": "rowsps",
    "rows/m": "rowspm",
    "packets/s": "pps",
    "io/s": "iops",
    "timestamp": "none",  # every date format of Grafana takes milliseconds: multiply by 1000 for `dateTimeAsIso`
    "timestamp_ms": "dateTimeAsIso",
    "°C": "celsius",
    "Hz": "hertz",
    "kHz": "rotkhz",
    "MHz": "rotmhz",
    "GHz": "rotghz",
    "V": "volt",
    "mV": "mvolt",
    "kV": "kvolt",
    "A": "amp",
    "mA": "mamp",
    "W": "watt",
    "mW": "mwatt",
    "kW": "kwatt",
    "MW": "megwatt",
    "J": "joule",
    "Wh": "watth",
    "kWh": "kwatth",
    "g": "massg",
    "mg": "massmg",
    "kg": "masskg",
    "meters": "lengthm",
    "mm": "lengthmm",
    "cm": "lengthcm",
    "km": "lengthkm",
}

# Ids that show one of our units in another dress; `none`, `short` and the like promise nothing and are left out.
ALSO: Final = {
    "decbytes": "B",
    "bits": "bit",
    "binBps": "B/s",
    "binbps": "bit/s",
    "dtdurations": "s",
    "dthms": "s",
    "dtdhms": "s",
    "clocks": "s",
    "dtdurationms": "ms",
    "clockms": "ms",
    "bool_yes_no": "bool",
    "bool_on_off": "bool",
    "rothz": "Hz",
    "dateTimeAsIsoNoDateIfToday": "timestamp_ms",
    "dateTimeAsUS": "timestamp_ms",
    "dateTimeAsUSNoDateIfToday": "timestamp_ms",
    "dateTimeAsLocal": "timestamp_ms",
    "dateTimeAsLocalNoDateIfToday": "timestamp_ms",
    "dateTimeAsSystem": "timestamp_ms",
    "dateTimeFromNow": "timestamp_ms",
}
