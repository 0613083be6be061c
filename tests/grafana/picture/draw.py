"""Draw a generated dashboard with Grafana's own panels, on a real Prometheus that is filled with plausible history.

    python tests/grafana/picture/draw.py examples/01-ai-coding-assistant main -o docs/images/main-dashboard.png
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parents[2]
CACHE = PROJECT / ".cache" / "grafana" / "picture"
sys.path[:0] = [str(PROJECT), str(PROJECT / "tests" / "e2e")]

from history import Span, history  # noqa: E402
from servers import Server, free_port, running  # noqa: E402

from aimon.artifact import Artifact  # noqa: E402
from aimon.build import build  # noqa: E402
from aimon.parse import parse  # noqa: E402
from aimon.render import render  # noqa: E402
from aimon.sources import load  # noqa: E402
from aimon.stack import Stack  # noqa: E402

PAST_THE_HALF_HOUR = 600  # where the picture ends, so that the last label of its time axis is whole
HOURS_BEFORE = 1.0  # more history than the picture shows, so that the first rates are whole
LEVELS_OF_RULES = 2  # recording rules may build on each other; promtool computes one level at a time


def main() -> int:
    """Generate, fill, draw."""
    wanted = _arguments()
    stack = build(parse(load(wanted.spec / "aimon.yaml").value))
    _install()
    with tempfile.TemporaryDirectory(prefix="aimon-picture-") as folder:
        site = _site(render(stack), Path(folder))
        span = Span(end=time.time() // 60 * 60, hours=wanted.hours + HOURS_BEFORE)
        shown = (span.end - PAST_THE_HALF_HOUR) // 1800 * 1800 + PAST_THE_HALF_HOUR
        _fill(stack, span, Path(folder))
        with _prometheus(Path(folder), site) as server:
            time.sleep(3)  # until the alerting rules have been evaluated
            query = f"dashboard=dashboards/{wanted.dashboard}.json&now={shown:.0f}"
            wanted.output.parent.mkdir(parents=True, exist_ok=True)
            png = wanted.output.resolve()
            drawn = _node("shoot.mjs", f"{server.url}/user/index.html?{query}", png, wanted.width, Path(folder) / "profile")
    print(f"{wanted.output}: {wanted.output.stat().st_size // 1024} kB")
    return drawn


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("spec", type=Path, help="folder with an aimon.yaml")
    parser.add_argument("dashboard", nargs="?", default="main", help="name of the dashboard")
    parser.add_argument("-o", "--output", type=Path, default=Path("dashboard.png"), help="where the picture goes")
    parser.add_argument("--width", type=int, default=1600, help="in pixels")
    parser.add_argument("--hours", type=float, default=6.0, help="length of the history")
    return parser.parse_args()


def _install() -> None:
    """The npm packages, once for each state of package.json."""
    CACHE.mkdir(parents=True, exist_ok=True)
    wanted, installed = HERE / "package.json", CACHE / "installed.json"
    if installed.is_file() and installed.read_bytes() == wanted.read_bytes():
        return
    print("installing Grafana's components from npm, about 400 MB, once")
    shutil.copy(wanted, CACHE / "package.json")
    command = ["npm", "install", "--legacy-peer-deps", "--ignore-scripts", "--no-audit", "--no-fund"]
    subprocess.run(command, cwd=CACHE, check=True, timeout=600)
    shutil.copy(wanted, installed)


def _site(artifacts: Iterable[Artifact], folder: Path) -> Path:
    """What the browser loads: the page, its script, icons, fonts, and the dashboards."""
    for source in (*HERE.glob("*.ts*"), HERE / "shoot.mjs"):
        shutil.copy(source, CACHE)
    site = folder / "site"
    packages = CACHE / "node_modules"
    shutil.copytree(packages / "@grafana" / "ui" / "dist" / "public", site / "public" / "build")
    shutil.copy(HERE / "index.html", site)
    fonts = site / "public" / "fonts" / "inter"
    fonts.mkdir(parents=True)
    for name, weight in (("Regular", 400), ("Medium", 500)):
        shutil.copy(packages / "@fontsource" / "inter" / "files" / f"inter-latin-{weight}-normal.woff2", fonts / f"Inter-{name}.woff2")
    for artifact in artifacts:
        target = site / "dashboards" / Path(artifact.path).name
        if artifact.path.startswith("grafana/dashboards/"):
            target.parent.mkdir(exist_ok=True)
            target.write_text(artifact.text, encoding="utf-8")
        elif artifact.path.startswith("rules/"):
            (folder / "rules").mkdir(exist_ok=True)
            (folder / artifact.path).write_text(artifact.text, encoding="utf-8")
    esbuild = packages / ".bin" / "esbuild"
    options = ["--bundle", "--minify", "--jsx=automatic", "--format=iife", '--define:process.env.NODE_ENV="production"']
    quiet = ["--log-level=error", "--define:global=window", "--loader:.ttf=empty"]
    command = [esbuild, "page.tsx", *options, *quiet, f"--outfile={site / 'page.js'}"]
    subprocess.run(command, cwd=CACHE, check=True, timeout=120)
    return site


def _fill(stack: Stack, span: Span, folder: Path) -> None:
    """Blocks of history of what is scraped, then of what the recording rules make of it."""
    text = folder / "history.txt"
    with text.open("w", encoding="utf-8") as file:
        file.writelines(history(stack, span))
    data = folder / "data"
    _promtool("tsdb", "create-blocks-from", "openmetrics", text, data)
    recording = folder / "rules" / "recording.yml"
    for _ in range(LEVELS_OF_RULES if recording.is_file() else 0):
        with _prometheus(folder) as server:
            times = [f"--start={span.start:.0f}", f"--end={span.end:.0f}", "--eval-interval=30s"]
            _promtool("tsdb", "create-blocks-from", "rules", *times, f"--url={server.url}", f"--output-dir={data}", recording)


def _promtool(*arguments: object) -> None:
    done = subprocess.run(["promtool", *map(str, arguments)], capture_output=True, text=True, check=False, timeout=300)
    if done.returncode:
        raise SystemExit(f"promtool {' '.join(map(str, arguments))}\n{done.stderr}")


@contextmanager
def _prometheus(folder: Path, site: Path | None = None) -> Iterator[Server]:
    """Prometheus on the history; with a site it also evaluates the alerts and serves the page."""
    port = free_port()
    rules = [str(path) for path in sorted((folder / "rules").glob("*.yml"))] if site else []
    settings = {"global": {"evaluation_interval": "1s"}, "rule_files": rules}
    (folder / "prometheus.yml").write_text(json.dumps(settings), encoding="utf-8")
    command = ["prometheus", f"--config.file={folder / 'prometheus.yml'}", f"--storage.tsdb.path={folder / 'data'}",
               "--storage.tsdb.retention.time=10d", f"--web.listen-address=127.0.0.1:{port}", "--log.level=warn"]  # fmt: skip
    with running("prometheus", [*command, *([f"--web.user-assets={site}"] if site else [])], port, folder) as server:
        yield server


def _node(script: str, *arguments: object) -> int:
    return subprocess.run(["node", script, *map(str, arguments)], cwd=CACHE, check=False, timeout=180).returncode


if __name__ == "__main__":
    sys.exit(main())
