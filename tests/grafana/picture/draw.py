"""Draw a generated dashboard with Grafana's own panels, on a real Prometheus that is filled with plausible history.

python tests/grafana/picture/draw.py examples/01-ai-coding-assistant main --fire HighErrorRate -o main.png
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
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parents[2]
CACHE = PROJECT / ".cache" / "grafana" / "picture"
sys.path[:0] = [str(PROJECT), str(PROJECT / "tests" / "e2e")]

from servers import Server, free_port, running  # noqa: E402

from aimon.artifact import Artifact  # noqa: E402
from aimon.pipeline import Options, compile_spec  # noqa: E402
from aimon.render import render  # noqa: E402
from aimon.stack import Stack  # noqa: E402

PAST_THE_HALF_HOUR = 600  # where the picture ends, so that the last label of its time axis is whole
HOURS_BEFORE = 1.0  # more history than the picture shows, so that the first rates are whole
LEVELS_OF_RULES = 4  # recording rules may build on each other; promtool computes one level at a time
STEP = 30  # seconds between two samples
INCIDENT = ("-100m", "25m")  # when it began, counted from now, and how long it lasted
SCALE = 0.05  # of the label values that are only counted; a person reads ten lines, not a hundred


class Span(NamedTuple):
    """The time that there is history of, in seconds."""

    start: float
    end: float


def main() -> int:
    """Generate, fill, draw."""
    wanted = _arguments()
    stack = _stack(wanted.spec / "aimon.yaml")
    _install()
    with tempfile.TemporaryDirectory(prefix="aimon-picture-") as folder:
        site = _site(render(stack), Path(folder))
        end = time.time() // 60 * 60
        span = Span(end - (wanted.hours + HOURS_BEFORE) * 3600, end)
        shown = (span.end - PAST_THE_HALF_HOUR) // 1800 * 1800 + PAST_THE_HALF_HOUR
        _fill(wanted, span, Path(folder))
        with _prometheus(Path(folder), site) as server:
            time.sleep(3)  # until the alerting rules have been evaluated
            query = f"dashboard=dashboards/{wanted.dashboard}.json&now={shown:.0f}"
            wanted.output.parent.mkdir(parents=True, exist_ok=True)
            url, profile = f"{server.url}/user/index.html?{query}", Path(folder) / "profile"
            drawn = _node("shoot.mjs", url, wanted.output.resolve(), wanted.width, profile)
    print(f"{wanted.output}: {wanted.output.stat().st_size // 1024} kB")
    return drawn


def _stack(spec: Path) -> Stack:
    """What a spec means that has no fault."""
    stack = compile_spec(spec, Options(judged=False)).stack
    if stack is None:
        raise SystemExit(f"{spec} has faults: run `aimon validate`")
    return stack


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("spec", type=Path, help="folder with an aimon.yaml")
    parser.add_argument("dashboard", nargs="?", default="main", help="name of the dashboard")
    parser.add_argument("-o", "--output", type=Path, default=Path("dashboard.png"), help="where the picture goes")
    parser.add_argument("--width", type=int, default=1600, help="in pixels")
    parser.add_argument("--hours", type=float, default=6.0, help="length of the history")
    parser.add_argument("--fire", action="append", default=[], help="an alert that fired for a while in it")
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
    """What the browser loads: the page with its script, icons and fonts, and the dashboards; rules lie beside it."""
    site, packages = folder / "site", CACHE / "node_modules"
    shutil.copytree(packages / "@grafana" / "ui" / "dist" / "public", site / "public" / "build")
    shutil.copy(HERE / "index.html", site)
    fonts = site / "public" / "fonts" / "inter"
    fonts.mkdir(parents=True)
    for name, weight in (("Regular", 400), ("Medium", 500)):
        font = packages / "@fontsource" / "inter" / "files" / f"inter-latin-{weight}-normal.woff2"
        shutil.copy(font, fonts / f"Inter-{name}.woff2")
    for artifact in artifacts:
        if artifact.path.startswith("grafana/dashboards/"):
            _write(site / "dashboards" / Path(artifact.path).name, artifact.text)
        elif artifact.path.startswith("rules/") and not artifact.path.startswith("rules/tests/"):
            _write(folder / artifact.path, artifact.text)
    _bundle(site)
    return site


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _bundle(site: Path) -> None:
    """The page's script; its sources are copied to where npm's packages are, for Node looks for them upwards."""
    for source in (*HERE.glob("*.ts*"), HERE / "shoot.mjs"):
        shutil.copy(source, CACHE)
    defined = ['--define:process.env.NODE_ENV="production"', "--define:global=window"]
    options = ["--bundle", "--minify", "--jsx=automatic", "--format=iife", "--loader:.ttf=empty", "--log-level=error"]
    command = ["node_modules/.bin/esbuild", "page.tsx", *options, *defined, f"--outfile={site / 'page.js'}"]
    subprocess.run(command, cwd=CACHE, check=True, timeout=120)


def _fill(wanted: argparse.Namespace, span: Span, folder: Path) -> None:
    """Blocks of history of what is scraped, then of what the recording rules make of it."""
    text, data = folder / "history.om", folder / "data"
    long = f"{span.end - span.start:.0f}s"
    times = ["--history", long, "--start", f"{span.end:.0f}", "--step", f"{STEP}s", "--series-scale", str(SCALE)]
    incident = [word for alert in wanted.fire for word in ("--fire", alert)]
    incident += ["--after", INCIDENT[0], "--for", INCIDENT[1]] if incident else []
    simulate = [sys.executable, "-m", "aimon", "simulate", str(wanted.spec), *times, *incident, "--out", str(text)]
    subprocess.run(simulate, check=True, timeout=300, cwd=PROJECT)
    rules = [path for path in sorted(folder.glob("rules/**/*.yml")) if "record:" in path.read_text(encoding="utf-8")]
    _promtool("tsdb", "create-blocks-from", "openmetrics", text, data)
    for _ in range(LEVELS_OF_RULES if rules else 0):
        with _prometheus(folder) as server:
            times = [f"--start={span.start:.0f}", f"--end={span.end:.0f}", f"--eval-interval={STEP}s"]
            places = [f"--url={server.url}", f"--output-dir={data}", *rules]
            _promtool("tsdb", "create-blocks-from", "rules", *times, *places)


def _promtool(*arguments: object) -> None:
    done = subprocess.run(["promtool", *map(str, arguments)], capture_output=True, text=True, check=False, timeout=300)
    if done.returncode:
        raise SystemExit(f"promtool {' '.join(map(str, arguments))}\n{done.stderr}")


@contextmanager
def _prometheus(folder: Path, site: Path | None = None) -> Iterator[Server]:
    """Prometheus on the history; with a site it also evaluates the alerts and serves the page."""
    port = free_port()
    rules = [str(path) for path in sorted((folder / "rules").glob("**/*.yml"))] if site else []
    settings = {"global": {"evaluation_interval": "1s"}, "rule_files": rules}
    (folder / "prometheus.yml").write_text(json.dumps(settings), encoding="utf-8")
    command = ["prometheus", "--log.level=warn", f"--config.file={folder / 'prometheus.yml'}"]
    command += [f"--storage.tsdb.path={folder / 'data'}", f"--web.listen-address=127.0.0.1:{port}"]
    command += [f"--web.user-assets={site}"] if site else []  # Prometheus serves them below /user/
    with running("prometheus", command, port, folder) as server:
        yield server


def _node(script: str, *arguments: object) -> int:
    return subprocess.run(["node", script, *map(str, arguments)], cwd=CACHE, check=False, timeout=180).returncode


if __name__ == "__main__":
    sys.exit(main())
