"""A spec brought to life: what it declares, served to Prometheus or written as history."""

from __future__ import annotations

import gc
import math
import signal
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from threading import Thread
from types import FrameType
from typing import NamedTuple, NoReturn

from aimon.diagnostic import Diagnostic
from aimon.live.simulate import Simulation, is_service
from aimon.live.simulate.course import Clock
from aimon.live.simulate.drive import CannotDriveError, Drive, Input
from aimon.live.simulate.history import Span, pages
from aimon.pipeline import Options, compile_spec
from aimon.stack import Stack
from aimon.suggest import did_you_mean
from aimon.units import UnitError, parse_duration

DISTRIBUTION = "aimon-stack[simulate]"


class SimulationError(Exception):
    """Why there is nothing to simulate, with the cure and what was found wrong in the spec."""

    def __init__(self, message: str, cure: str | None = None, diagnostics: Sequence[Diagnostic] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.cure = cure
        self.diagnostics = diagnostics


class Wanted(NamedTuple):
    """How to simulate."""

    services: Sequence[str]
    clock: Clock
    seed: int
    scale: float


def stack_of(spec: Path, environment: str | None) -> Stack:
    """What the spec means; it may have faults as long as it has its shape. Raises `SimulationError`."""
    result = compile_spec(spec, Options(environment, only="prometheus.yml", judged=False))
    if result.stack is None:
        raise SimulationError(f"{spec} cannot be simulated", None, result.diagnostics)
    return result.stack


def simulation_of(stack: Stack, wanted: Wanted) -> Simulation:
    """The services of a stack, or those jobs of it that are wanted. Raises `SimulationError`."""
    services = [job.name for job in stack.jobs if is_service(job)]
    if not services:
        raise SimulationError("the spec has no service", "declare one under `services`, with its metrics")
    known = [job.name for job in stack.jobs]
    for name in wanted.services:
        if name not in known:
            cure = did_you_mean(name, known, f"there are {', '.join(known)}")
            raise SimulationError(f"there is no service `{name}`", cure)
    return Simulation(stack, wanted.clock, wanted.seed, wanted.scale, wanted.services or services)


def drive_of(stack: Stack, name: str, begin: float, end: float = math.inf) -> Drive:
    """What makes an alert fire from a moment on. Raises `CannotDriveError`."""
    from aimon.prove import Unproven, solve

    alerts = {alert.name: alert for alert in stack.alerts()}
    if name not in alerts:
        cure = did_you_mean(name, alerts, f"there are {', '.join(alerts)}" if alerts else "the spec has none")
        raise CannotDriveError(f"there is no alert `{name}`", cure)
    solved = solve(alerts[name], stack)
    if isinstance(solved, Unproven):
        raise CannotDriveError(f"`{name}` cannot be driven: {solved.reason}")
    inputs = (Input(one.name, one.labels, one.start, one.per_second, one.every, one.clock) for one in solved.fires)
    return Drive(name, tuple(inputs), solved.absent, begin, end)


def write_history(
    stack: Stack,
    simulation: Simulation,
    span: Span,
    out: Path,
    track: Callable[[Sequence[Iterable[str]]], Iterable[Iterable[str]]],
) -> int:
    """Write the history, all or nothing, and tell how many samples there are; ``track`` may show how far it is."""
    simulated = simulation.by_service()
    others = [job for job in stack.jobs if not is_service(job) and job.name not in simulated]
    samples = 0
    partial = out.with_name(f".{out.name}.partial")
    out.parent.mkdir(parents=True, exist_ok=True)
    try:
        with partial.open("w", encoding="utf-8") as stream:
            for page in track(pages(simulation, others, span)):
                for text in page:
                    samples += text.count("\n") - (text.count("\n# ") + 1 if text.startswith("#") else 0)
                    stream.write(text)
        partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)
    return samples


def serve(stack: Stack, simulation: Simulation, listen: str, as_targets: bool, ready: Callable[[str], None]) -> None:
    """Answer until interrupted; ``ready`` is told each address. Raises `SimulationError`."""
    try:
        from aimon.live.simulate.endpoint import Site, bind
    except ImportError:
        raise SimulationError(
            "prometheus-client is not installed, which serves the metrics", f"pip install '{DISTRIBUTION}'"
        ) from None
    gc.enable()  # which a run does without, but not one of days
    host, port = address(listen)
    ports = dict.fromkeys([port, *(_ports(simulation) if as_targets else ())])
    try:
        servers = bind(Site(simulation, lambda name: drive_of(stack, name, time.time())), host, ports)
    except OSError as error:
        raise SimulationError(f"cannot listen on {error.filename}: {error.strerror}", "choose another port") from None
    threads = [Thread(target=server.serve_forever, args=(0.1,), daemon=True) for server in servers.values()]
    signal.signal(signal.SIGTERM, _interrupt)  # a container's first process would not end by it otherwise
    try:
        for thread in threads:
            thread.start()
        ready(f"http://{host}:{servers[port].server_port}")
        for thread in threads:
            thread.join()
    except KeyboardInterrupt:
        return
    finally:
        for server in servers.values():
            server.server_close()


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def address(listen: str) -> tuple[str, int]:
    """Host and port of ``127.0.0.1:9999``, or of ``:9999``, which is every address. Raises `SimulationError`."""
    host, colon, port = listen.rpartition(":")
    if not colon or not port.isdecimal() or int(port) > 65_535:
        raise SimulationError(f"--listen: `{listen}` is no address", "write HOST:PORT, such as 127.0.0.1:9999")
    return host or "0.0.0.0", int(port)


def seconds(text: str, option: str) -> float:
    """A duration on the command line, which may be negative. Raises `SimulationError`."""
    try:
        return -float(parse_duration(text[1:])) if text.startswith("-") else float(parse_duration(text))
    except UnitError as error:
        raise SimulationError(f"{option}: {error.message}", error.help) from None


def _ports(simulation: Simulation) -> list[int]:
    """The ports of all targets; a target without one is asked at the usual one."""
    named = (target.instance.rpartition(":")[2] for target in simulation.targets)
    return sorted({int(port) if port.isdecimal() else 80 for port in named})
