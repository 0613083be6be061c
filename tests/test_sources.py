"""Several files as one spec: what is merged, what clashes, and where everything was written."""

from __future__ import annotations

from pathlib import Path

import pytest

from aimon.document import Address, DocumentError
from aimon.sources import Sources, for_environment, load


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def put(files: dict[str, str]) -> Path:
    """Write the files here; the path of the spec among them."""
    for name, text in files.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text)
    return Path("aimon.yaml")


def place(sources: Sources, *address: str | int) -> str:
    document, local = sources.locate(address)
    found = document.where(local)
    return f"{document.path}:{found.line}:{found.column}"


@pytest.mark.usefixtures("here")
def test_names_and_lists_of_several_files_are_merged() -> None:
    sources = load(
        put(
            {
                "aimon.yaml": "include: [b.yaml]\nexternal: [a, b]\nalerts:\n  A: {expr: up}\n",
                "b.yaml": "external: [c]\nalerts:\n  B: {expr: up}\nname: shop\n",
            }
        )
    )
    assert sources.value["external"] == ["a", "b", "c"]
    assert list(sources.value["alerts"]) == ["A", "B"]
    assert sources.value["name"] == "shop"
    assert place(sources, "alerts", "B", "expr") == "b.yaml:3:13"
    assert place(sources, "external", 1) == "aimon.yaml:2:15"
    assert place(sources, "external", 2) == "b.yaml:1:12"
    assert place(sources, "alerts", "A", "for") == "aimon.yaml:4:3"


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("first", "second", "what"),
    [
        ("alerts: {A: {expr: up}}", "alerts: {A: {expr: up}}", "alerts.A"),
        ("name: a", "name: a", "name"),
        ("prometheus: {}", "prometheus: {}", "prometheus"),
        ("alerts: {A: {expr: up}}", "alerts: 5", "alerts"),
        ("alerts: 5", "alerts: {A: {expr: up}}", "alerts"),
        ("external: 5", "external: [a]", "external"),
        ("external: [a]", "external: {a: b}", "external"),
        ("notifications: {receivers: {}}", "notifications: {receivers: {}}", "notifications.receivers"),
    ],
)
def test_what_is_said_twice_is_an_error(first: str, second: str, what: str) -> None:
    spec = put({"aimon.yaml": f"include: [b.yaml]\n{first}\n", "b.yaml": second})
    with pytest.raises(DocumentError, match=f"`{what}` is declared twice, first at aimon.yaml:2:") as error:
        load(spec)
    assert error.value.path == "b.yaml"


@pytest.mark.usefixtures("here")
def test_a_section_without_a_value_says_nothing() -> None:
    sources = load(
        put({"aimon.yaml": "include: [b.yaml]\nalerts:\nexternal:\n", "b.yaml": "alerts: {A: {expr: up}}\n"})
    )
    assert sources.value == {"include": ["b.yaml"], "alerts": {"A": {"expr": "up"}}}


@pytest.mark.usefixtures("here")
def test_each_file_is_read_once() -> None:
    files = {
        "aimon.yaml": "include: ['*.yaml', b/*.yaml, b/c.yaml]\n",
        "d.yaml": "include: [b/c.yaml]\nname: shop\n",
        "b/c.yaml": "alerts: {A: {expr: up}}\n",
    }
    assert [layer.document.path for layer in load(put(files)).layers] == ["aimon.yaml", "d.yaml", "b/c.yaml"]


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("include", "message"),
    [
        ("['']", "names no files"),
        ("[.]", "names no files"),
        ("['a**']", "names no files"),
        ('["a\\0b"]', "there is no file"),
        ("[5]", "this is not the name of a file"),
        ("[~]", "this is not the name of a file"),
        ("[[a]]", "this is not the name of a file"),
        ("[nope.yaml]", "there is no file nope.yaml"),
        ("[folder]", "there is no file folder"),
        ("[../x.yaml]", "leaves the folder"),
        ("[folder/../../x.yaml]", "leaves the folder"),
        ("[/etc/passwd]", "leaves the folder"),
        ("[out.yaml]", "is a link out of the folder"),
        ("[loop.yaml]", "there is no file loop.yaml"),
        ("[" + "a" * 5000 + "]", "there is no file|names no files"),
        ("[aimon.yaml]", "include each other: aimon.yaml → aimon.yaml"),
        ("text", "is not a list of files"),
        ("{a: b}", "is not a list of files"),
    ],
)
def test_includes_that_cannot_be(include: str, message: str) -> None:
    Path("folder").mkdir()
    Path("out.yaml").symlink_to("/etc/hostname")
    Path("loop.yaml").symlink_to("loop.yaml")
    with pytest.raises(DocumentError, match=message) as error:
        load(put({"aimon.yaml": f"include: {include}\n"}))
    assert (error.value.path, error.value.place and error.value.place.line) == ("aimon.yaml", 1)
    assert error.value.help


@pytest.mark.usefixtures("here")
def test_patterns_that_name_nothing_are_no_mistake() -> None:
    assert load(put({"aimon.yaml": "include: [alerts/*.yaml, '**']\nname: a\n"})).value["name"] == "a"


@pytest.mark.usefixtures("here")
def test_a_file_may_be_a_link_within_the_folder() -> None:
    put({"real/b.yaml": "name: shop\n", "aimon.yaml": "include: [b.yaml]\n"})
    Path("b.yaml").symlink_to("real/b.yaml")
    assert load(Path("aimon.yaml")).value["name"] == "shop"


@pytest.mark.usefixtures("here")
def test_an_environment_lies_over_the_rest() -> None:
    spec = put(
        {
            "aimon.yaml": "alerts: {A: {expr: up, for: 5m}, B: {expr: up}}\nexternal: [a]\nenvironments:\n"
            "  test: {alerts: {A: {for: 1s}, B: null, C: {expr: up}}, external: [b]}\n  none:\n"
        }
    )
    sources = load(spec)
    test = for_environment(sources, "test")
    assert test.value["alerts"] == {"A": {"expr": "up", "for": "1s"}, "C": {"expr": "up"}}
    assert test.value["external"] == ["b"]
    assert "environments" not in test.value
    assert place(test, "alerts", "A", "for") == "aimon.yaml:4:28"
    assert place(test, "alerts", "A", "expr") == "aimon.yaml:1:20"
    assert for_environment(sources, "none").value["alerts"] == sources.value["alerts"]
    with pytest.raises(KeyError):
        for_environment(sources, "nope")


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("section", ["5", "[test]", "text", "{}"])
def test_environments_that_are_none(section: str) -> None:
    assert load(put({"aimon.yaml": f"environments: {section}\n"})).environments == {}


@pytest.mark.usefixtures("here")
def test_the_existing_part_of_an_address() -> None:
    sources = load(put({"aimon.yaml": "alerts: {A: {expr: up}}\n"}))
    cases: list[tuple[Address, Address]] = [
        (("alerts", "A", "expr", 0), ("alerts", "A", "expr")),
        (("alerts", "B", "expr"), ("alerts",)),
        (("nope",), ()),
        ((), ()),
    ]
    for address, existing in cases:
        assert sources.existing(address) == existing
