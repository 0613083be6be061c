"""`aimon init`: whatever it is asked for, the spec that it writes has no fault, and says what it cannot know."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as some

from aimon import library
from aimon.cli import command_line
from aimon.document import parse_yaml
from aimon.draft.services import Place, Service, services
from aimon.draft.starter import is_name, name_from, starter
from aimon.exposition import Exposition, parse_exposition
from aimon.live.http import LiveError
from aimon.live.metrics import exposed
from aimon.pipeline import Options, Result, compile_spec
from aimon.proving import PROVEN, verdicts
from aimon.write.anew import create
from aimon.write.places import WriteError

PACKS = Path(__file__).parent / "packs"
SHOP = """\
# HELP shop_requests_total Requests served
# TYPE shop_requests_total counter
shop_requests_total{code="200",user_id="7"} 3
# TYPE shop_up gauge
shop_up 1
"""


def compiled(text: str, folder: Path, only: str | None = "prometheus.yml") -> Result:
    (folder / "aimon.yaml").write_text(text, encoding="utf-8")
    return compile_spec(folder / "aimon.yaml", Options(only=only, judged=False))


def found(text: str, folder: Path) -> list[tuple[str, str, str]]:
    """Everything that is wrong with a spec, whatever its level."""
    return [(one.level, one.check, one.message) for one in compiled(text, folder).diagnostics]


def saved(path: str, text: str = SHOP) -> Exposition:
    return parse_exposition(text, path)


# --- nothing is wrong with it ------------------------------------------------------------------------------------


@pytest.mark.servers
def test_the_starter_has_no_fault_and_its_alerts_are_proven(tmp_path: Path, programs: Mapping[str, str]) -> None:
    result = compiled(starter("shop", []), tmp_path, only=None)
    assert result.diagnostics == ()
    assert result.stack is not None
    judged = verdicts(result.stack, result.artifacts, None, lambda done, total: None)
    proven = {one.name: one.state for one in judged}
    assert proven["HighErrorRate"] == PROVEN
    assert set(proven.values()) == {PROVEN}


@pytest.mark.parametrize("pack", library.names())
def test_nothing_is_wrong_with_a_pack_alone(pack: str, tmp_path: Path) -> None:
    text = starter("shop", services([pack], []))
    assert found(text, tmp_path) == []
    (service,) = parse_yaml(text).value["services"].values()
    assert service["packs"] == [pack]


def test_nothing_is_wrong_with_all_packs(tmp_path: Path) -> None:
    text = starter("shop", services(library.names(), []))
    assert found(text, tmp_path) == []
    made = parse_yaml(text).value["services"]
    assert made["app"]["packs"] == ["nodejs", "otel_genai", "otel_http", "python"]
    assert len(made) == len(library.names()) - 3


@pytest.mark.parametrize("pack", library.names())
def test_nothing_is_wrong_with_what_stands_there_as_a_comment(pack: str, tmp_path: Path) -> None:
    """Whoever takes the examples in has a spec that is fine."""
    text = starter("shop", services([pack], []))
    entries = r"^( *)# (?=(?: *)(?:[a-zA-Z]+:(?: |$)|HighErrorRate:|http_\w+:))"
    assert "#   HighErrorRate:" in text
    uncommented = re.sub(entries, r"\1", re.sub(rf"^  # (?={pack}: ).*\n", "", text, flags=re.MULTILINE), flags=re.M)
    assert "\n  HighErrorRate:" in uncommented
    assert found(uncommented, tmp_path) == []


@pytest.mark.parametrize("path", sorted(PACKS.glob("*.txt")), ids=lambda path: path.stem)
def test_nothing_is_wrong_with_what_an_exporter_shows(path: Path, tmp_path: Path) -> None:
    text = starter("shop", services([], [saved(path.name, path.read_text(encoding="utf-8"))]))
    assert [level for level, *_ in found(text, tmp_path) if level != "info"] == []


def test_several_expositions_and_packs_make_one_spec(tmp_path: Path) -> None:
    other = "# TYPE shop_up counter\nshop_up 1\n# TYPE redis_up counter\nredis_up 1\n"
    made = services(["nodejs", "redis"], [saved("http://shop:3001/metrics"), saved("shop.prom", other)])
    text = starter("shop", made)
    assert [level for level, *_ in found(text, tmp_path) if level == "error"] == []
    assert {one.place.name: [use.pack for use in one.packs] for one in made} == {
        "shop": ["nodejs"], "shop-2": [], "redis": ["redis"],
    }  # fmt: skip
    assert "# `shop_up` is a counter here, but a gauge elsewhere in the spec" in text
    assert "# `redis_up` is a counter here, but a gauge elsewhere in the spec" in text


def test_names_and_texts_of_others_stay_data(tmp_path: Path) -> None:
    odd = 'a\x85b\u2028c {{ x }} {% y %} # z: "[{'
    text = f'# HELP x {odd}\n# TYPE x gauge\nx{{type="{{{{ a }}}}",kind="b: c",user_id="1"}} 1\n'
    made = starter("shop", services([], [saved(f"{odd}.txt", text)]))
    assert [one for one in found(made, tmp_path) if one[0] == "error"] == []
    (service,) = parse_yaml(made).value["services"].values()
    assert service["metrics"]["x"]["help"] == " ".join(odd.split())


# --- what it says ------------------------------------------------------------------------------------------------


def test_what_a_metric_lacks_stands_above_it() -> None:
    lines = starter("shop", services([], [saved("shop.txt")])).splitlines()
    at = next(index for index, line in enumerate(lines) if line.startswith("      shop_requests_total:"))
    assert lines[at - 2].startswith("      # `user_id` of `shop_requests_total` may have any number of values, here 1;")
    assert "labels: {code: 2}" in lines[at]


def test_the_example_asks_for_what_is_there() -> None:
    text = starter("shop", services([], [saved("shop.txt")]))
    assert '#     expr: sum(rate(shop_requests_total{code=~"5.."}[5m])) / sum(rate(shop_requests_total[5m]))' in text


def test_what_can_be_chosen_is_told() -> None:
    text = " ".join(starter("shop", services(["alertmanager", "litellm"], [])).replace("# ", "").split())
    assert "for cluster write {alertmanager: {variant: cluster}}." in text
    assert "`daily_budget` is not set: Money for a day, such as $50; without it there is no such alert" in text


def test_what_the_pack_leaves_out_is_counted() -> None:
    text = f"{(PACKS / 'redis.txt').read_text()}redis_own_total 1\nredis_other 1\ngo_threads 1\n"
    (service,) = services([], [saved("redis.txt", text)])
    assert service.surplus == ("redis_own_total", "redis_other", "go_threads")
    assert "# 3 more of redis_*, go_* are exposed but not declared" in starter("shop", [service])


def test_an_exporter_that_runs_already_is_not_started_again(tmp_path: Path) -> None:
    def started(source: str) -> tuple[str, list[str]]:
        text = starter("shop", services([], [saved(source, (PACKS / "redis.txt").read_text())]))
        stack = compiled(text, tmp_path).stack
        assert stack is not None
        return text, [container.name for container in stack.containers]

    text, containers = started("http://redis-exporter:9121")
    assert ("Compose starts" in text, containers) == (False, [])
    text, containers = started("redis.txt")
    assert ("Compose starts" in text, containers) == (True, ["redis-exporter"])


# --- where a service is ------------------------------------------------------------------------------------------

NODE = (PACKS / "node.txt").read_text(encoding="utf-8")
PROBES = (PACKS / "blackbox.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("source", "text", "expected"),
    [
        ("http://shop:3001/metrics", SHOP, Place("shop", "shop:3001")),
        ("http://shop", SHOP, Place("shop", "shop:80")),
        ("https://shop.example.org", SHOP, Place("shop", "shop.example.org:443", {"scheme": "https"})),
        ("HTTP://shop:1/a/", SHOP, Place("shop", "shop:1", {"metrics_path": "/a/"})),
        ("http://localhost:3001", SHOP, Place("app", "host.docker.internal:3001")),
        ("http://[::1]:3001", SHOP, Place("app", "host.docker.internal:3001")),
        ("http://[2001:db8::1]:3001", SHOP, Place("app", "[2001:db8::1]:3001")),
        ("http://10.0.0.1:9100", NODE, Place("node", "10.0.0.1:9100", {"container": False})),
        ("http://probes:9115/probe?target=x", PROBES, Place("blackbox", "https://example.org", is_known=False)),
        ("some/My shop.prom", SHOP, Place("My-shop", "my-shop:8080", is_known=False)),
        ("node.txt", NODE, Place("node", "node-exporter:9100", is_known=False)),
        ("…", SHOP, Place("app", "app:8080", is_known=False)),
    ],
)
def test_where_it_is_follows_from_the_source(source: str, text: str, expected: Place, tmp_path: Path) -> None:
    (service,) = services([], [saved(source, text)])
    assert service.place == expected
    assert [one for one in found(starter("shop", [service]), tmp_path) if one[0] == "error"] == []


def test_what_an_address_asks_for_is_not_written_down() -> None:
    (service,) = services([], [saved("http://shop:1/metrics?token=hush&x=1")])
    assert "hush" not in starter("shop", [service])
    assert service.remarks[0].message == "the parameters of the address are not carried over"


@pytest.mark.parametrize("pack", library.names())
def test_a_pack_says_where_its_exporter_usually_is(pack: str) -> None:
    value = library.built_in(pack).value
    if "relabel" not in value.get("service", {}):
        assert value["target"].endswith(f":{value['port']}")


@given(some.text(max_size=60))
def test_every_folder_gives_a_name(text: str) -> None:
    assert is_name(name_from(text))


# --- the file, and the network -----------------------------------------------------------------------------------


def test_what_is_there_is_never_overwritten(tmp_path: Path) -> None:
    place = tmp_path / "new" / "aimon.yaml"
    create(place, "one")
    with pytest.raises(WriteError, match="exists"):
        create(place, "two")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(WriteError, match="exists"):
        create(tmp_path / "link", "three")
    with pytest.raises(WriteError, match="is a file, not a folder"):
        create(place / "aimon.yaml", "four")
    assert place.read_text() == "one"
    assert [path.name for path in place.parent.iterdir()] == ["aimon.yaml"]


@contextmanager
def serving(answers: Mapping[str, bytes]) -> Iterator[str]:
    """A server that answers with these texts; the address of an empty one leads elsewhere."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = answers.get(self.path)
            self.send_response(404 if answer is None else 200 if answer else 302)
            self.send_header("Location", "/metrics")
            self.end_headers()
            self.wfile.write(answer or b"")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a proxy in between nor a token."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "AIMON_TOKEN", "AIMON_TOKEN_FILE"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.usefixtures("direct")
def test_a_target_that_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serving({"/metrics": SHOP.encode() + b"broken{\n"}) as url:
        arguments = ["init", str(tmp_path / "shop"), "--from-metrics", url, "--pack", "nodejs"]
        assert command_line(["init"])(arguments, standalone_mode=False) is None
    value = parse_yaml((tmp_path / "shop" / "aimon.yaml").read_text()).value
    assert value["name"] == "shop"
    assert value["services"]["app"] == {
        "targets": [f"host.docker.internal:{url.rpartition(':')[2]}"],
        "packs": ["nodejs"],
        "metrics": {
            "shop_requests_total": {"type": "counter", "help": "Requests served", "labels": {"code": 2}},
            "shop_up": {"type": "gauge"},
        },
    }
    said = capsys.readouterr().err.splitlines()
    assert said[0].startswith(f"{url}:2: `user_id` of `shop_requests_total` may have any number of values, here 1;")
    assert said[1] == f"{url}:6: the labels are never closed; add `}}`"
    assert said[2] == f"wrote {tmp_path}/shop/aimon.yaml: 1 service, 2 metrics, pack nodejs"
    assert len(said) == 6


@pytest.mark.usefixtures("direct")
def test_a_target_that_does_not_answer_as_it_should() -> None:
    with serving({"/moved": b""}) as url:
        with pytest.raises(LiveError, match="answers 404"):
            exposed(url)
        with pytest.raises(LiveError, match="answers 302"):
            exposed(f"{url}/moved")
    for address in ("http://[::1:80/", "http://shop:0/", "http://shop:99999", "http:///metrics"):
        with pytest.raises(LiveError):
            exposed(address)
    with pytest.raises(LiveError, match="may not hold a password"):
        exposed("http://user:word@127.0.0.1/")


def test_a_service_takes_what_a_pack_knows_of_it() -> None:
    (service,) = services(["python"], [saved("shop.txt", f"{SHOP}process_open_fds 1\n")])
    assert isinstance(service, Service)
    assert list(service.metrics) == ["shop_requests_total", "shop_up"]
