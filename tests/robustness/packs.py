"""Files that mean harm: 200 hostile packs, and mutants of ONNX files, manifests, training data.

    python -m tests.robustness.packs --state FOLDER [--mutants 50000] [--hours 2]

It resumes where it was stopped. Each hostile pack is tried by the command line in a process of its
own; mutants by a few processes, many each, which may die of one: that is counted, and the next one
is tried. Where strace is installed, every file that is opened outside the allowed places counts.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path

import engine
from engine.encoders.pack_manifest import load_manifest
from engine.files import write_text
from engine.paths import bundled_models_dir, demo_clip
from tests.robustness import hostile_archives
from tests.robustness.hostile_networks import refused_operators
from tests.robustness.hostile_packs import HostilePack, hostile_packs
from tests.system_calls import read_log, strace, why_not

ROOT = Path(engine.__file__).resolve().parents[1]
_CHUNK = 1000
_SHARES = {"network": 0.4, "manifest": 0.2, "music": 0.2, "data": 0.2}
# A mutant takes a millisecond, and is ended by the system after a few seconds.
_CHUNK_S = 600
# Hostile networks name it; it lies where the program starts.
_BAIT = "weights.bin"
_SECONDS, _PROCESSOR_S, _MEMORY_MB, _REFUSED_MB = 60.0, 5.0, 500, 300
# Where Python, libraries and the system are read from.
_SYSTEM = (
    "/usr/",
    "/lib",
    "/proc/",
    "/sys/",
    "/dev/",
    "/bin/",
    "/etc/ld.so",
    "/etc/locale.alias",
    "/etc/os-release",
    "/etc/ssl/openssl.cnf",
    "/etc/localtime",
)


@dataclass
class State:
    """What was tried so far.

    Attributes:
        packs: of each hostile pack: exit code, message, seconds, processor time, memory in MB.
        next_mutant: of each kind.
        outcomes: how often each was the outcome of a mutant, by "kind outcome".
        findings: what must not happen.
        ended: mutants of which a process ended: crashes that the process contains.
        memory_mb: the most that a process for mutants took.
    """

    packs: dict[str, list[object]] = field(default_factory=dict)
    next_mutant: dict[str, int] = field(default_factory=dict)
    outcomes: dict[str, int] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    memory_mb: int = 0


class Run:
    """One run, resumed from the state in its folder.

    Args:
        folder: of the state.
        until: when to stop, in seconds since 1970.
    """

    def __init__(self, folder: Path, until: float) -> None:
        self._path = folder / "state.json"
        self._scratch = folder / "scratch"
        self._until = until
        shutil.rmtree(self._scratch, ignore_errors=True)
        self._scratch.mkdir(parents=True)
        stored = json.loads(self._path.read_text("utf-8")) if self._path.exists() else {}
        self.state = State(**stored)

    def save(self) -> None:
        """Store the state."""
        write_text(self._path, json.dumps(asdict(self.state), indent=1))

    def is_over(self) -> bool:
        """Return whether the time is over."""
        return time.time() > self._until

    def try_packs(self, at_most: int | None = None) -> None:
        """Try the hostile packs that weren't tried yet."""
        for name, command in islice(self._commands(), at_most):
            if name in self.state.packs or self.is_over():
                continue
            self.state.packs[name] = self._try(name, command())
            self.save()

    def try_mutants(self, n_mutants: int) -> None:
        """Try mutants of all kinds, to the given number in total."""
        for kind, share in _SHARES.items():
            end = round(share * n_mutants)
            while (first := self.state.next_mutant.get(kind, 0)) < end and not self.is_over():
                self._try_chunk(kind, first, min(first + _CHUNK, end))
                self.save()

    def _commands(self) -> "Iterator[tuple[str, _Command]]":
        """Yield the name of each hostile pack and what makes it and returns how to use it."""
        good = bundled_models_dir() / "soundbed-2"
        space = str(load_manifest(good).embedding_space)
        packs = {**hostile_packs(good, space), **_with_operators(good)}
        for name, pack in packs.items():
            yield f"model {name}", _ModelCommand(pack, good, self._scratch / "packs" / name)
        for suffix, make in (
            (".zip", hostile_archives.hostile_music_packs),
            (".npy", hostile_archives.hostile_arrays),
            (".npz", hostile_archives.hostile_npz),
        ):
            for name, data in make().items():
                yield f"{suffix} {name}", _FileCommand(data, self._scratch / f"{name}{suffix}")

    def _try(self, name: str, command: list[str]) -> list[object]:
        """Run a command with a hostile file; return code, message, seconds, CPU, memory."""
        place = self._scratch / "working_directory"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        (place / _BAIT).write_bytes(bytes(4 * 96))
        log = self._scratch / "log"
        done = _watched(command, place, log, self._scratch / "home")
        found = [done.code, done.message[-500:], done.seconds, done.processor_s, done.memory_mb]
        problems = done_outside(log, place, self._scratch)
        if done.code != 2 or done.message.count("\n") > 1 or not done.message:
            problems.append(f"ends with {done.code}: {done.message[-300:]}")
        if done.seconds > _SECONDS or done.processor_s > _PROCESSOR_S:
            problems.append(f"takes {done.seconds:.0f} s, {done.processor_s:.1f} s of CPU")
        if done.memory_mb > _REFUSED_MB:
            problems.append(f"takes {done.memory_mb} MB")
        left = sorted(path.name for path in place.iterdir())
        if left != [_BAIT]:
            problems.append(f"wrote {left}")
        self.state.findings += [f"{name}: {problem}" for problem in problems]
        return found

    def _try_chunk(self, kind: str, first: int, end: int) -> None:
        place = self._scratch / "mutants"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        log = self._scratch / "log"
        command = [
            *(sys.executable, "-m", "tests.robustness.pack_worker"),
            *(kind, str(first), str(end), str(place)),
        ]
        done = _watched(command, ROOT, log, self._scratch / "home", _CHUNK_S)
        outcomes: Counter[str] = Counter()
        number = first
        for line in done.output.splitlines():
            mutant, outcome, started = json.loads(line)
            number = mutant + 1
            is_mistake = outcome.startswith("MISTAKE")
            outcomes[f"{kind} {'MISTAKE' if is_mistake else outcome}"] += 1
            if is_mistake or started:
                self.state.findings.append(f"{kind} {mutant}: {outcome} {started}")
        if number < end:
            # The process died of this one, as the program's own process for networks would.
            outcomes[f"{kind} process ended"] += 1
            self.state.ended.append(f"{kind} {number}: {done.message.strip()[-200:]}")
            number += 1
        for problem in done_outside(log, ROOT, self._scratch):
            self.state.findings.append(f"{kind} {first} to {end}: {problem}")
        for outcome, n in outcomes.items():
            self.state.outcomes[outcome] = self.state.outcomes.get(outcome, 0) + n
        self.state.next_mutant[kind] = number
        self.state.memory_mb = max(self.state.memory_mb, done.memory_mb)
        if done.memory_mb > _MEMORY_MB:
            self.state.findings.append(f"{kind} {first} to {end}: takes {done.memory_mb} MB")


@dataclass(frozen=True)
class _ModelCommand:
    pack: HostilePack
    good: Path
    folder: Path

    def __call__(self) -> list[str]:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.pack.write(self.good, self.folder)
        return [
            *(sys.executable, "-m", "engine", "recommend", str(demo_clip())),
            *("--pack", str(self.folder)),
        ]


@dataclass(frozen=True)
class _FileCommand:
    data: bytes
    path: Path

    def __call__(self) -> list[str]:
        self.path.write_bytes(self.data)
        if self.path.suffix == ".zip":
            return [sys.executable, "-m", "engine", "library", "install", str(self.path)]
        return [sys.executable, "-c", _READ_ARRAY, str(self.path)]


_Command = _ModelCommand | _FileCommand
_READ_ARRAY = """
import sys
from pathlib import Path
from engine.errors import TrainingError
from engine.training.data.archives import read_archive
from engine.training.data.object_arrays import read_array
path = Path(sys.argv[1])
try:
    read_archive(path) if path.suffix == ".npz" else read_array(path, allow_pickle=True)
except (TrainingError, ValueError) as error:
    sys.exit([print(error, file=sys.stderr), 2][1])
"""


@dataclass(frozen=True)
class _Done:
    code: int
    output: str
    message: str
    seconds: float
    processor_s: float
    memory_mb: int


def _watched(
    command: list[str], place: Path, log: Path, home: Path, limit_s: float = 90.0
) -> _Done:
    """Run a command, under strace where that works."""
    shutil.rmtree(log, ignore_errors=True)
    environment = {
        **os.environ,
        "SOUNDBED_HOME": str(home),
        "TMPDIR": str(log.parent),
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'packaging'}",
        "PYTHONDONTWRITEBYTECODE": "1",
        "OMP_NUM_THREADS": "1",
    }
    usage = log.with_suffix(".usage")
    measured = [sys.executable, "-c", _MEASURE, str(usage), *command]
    if why_not() is None:
        measured = [*strace(log), *measured]
    started = time.monotonic()
    with subprocess.Popen(
        measured, cwd=place, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    ) as process:  # fmt: skip
        try:
            output, message = process.communicate(timeout=limit_s)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            output, message = process.communicate()
    seconds = time.monotonic() - started
    numbers = json.loads(usage.read_text()) if usage.exists() else [0.0, 0]
    usage.unlink(missing_ok=True)
    return _Done(process.returncode, output, message, seconds, *numbers)


_MEASURE = """
import json, resource, subprocess, sys
code = subprocess.call(sys.argv[2:])
used = resource.getrusage(resource.RUSAGE_CHILDREN)
with open(sys.argv[1], "w") as file:
    json.dump([used.ru_utime + used.ru_stime, used.ru_maxrss // 1024], file)
sys.exit(code if code >= 0 else 128 - code)
"""


def done_outside(log: Path, folder: Path, scratch: Path) -> list[str]:
    """Return what a watched program did outside the allowed places.

    Args:
        log: of the program, see `tests.system_calls`; nothing where none was made.
        folder: where it started.
        scratch: the only folder that it may change; not the bait in it.
    """
    if not log.exists():
        return []
    seen = read_log(log, folder)
    allowed = (*_SYSTEM, str(ROOT), str(scratch), sys.prefix, sys.base_prefix)
    found = {f"opens a socket of {family}" for family in seen.families - {"AF_UNIX"}}
    for verb, paths, places in (
        ("reads", seen.read, allowed),
        ("changes", seen.changed, (str(scratch),)),
    ):
        found |= {
            f"{verb} {path}"
            for path in paths
            if path.name == _BAIT or not str(path).startswith(places)
        }
    return sorted(found)


def _with_operators(good: Path) -> dict[str, HostilePack]:
    """Return a pack for each operator of ONNX that isn't allowed."""
    n_in = load_manifest(good).inputs["music.onnx"]["features"][1]
    assert isinstance(n_in, int)
    return {
        f"operator {name}": HostilePack("isn't allowed", network)
        for name, network in refused_operators(n_in).items()
    }


def report(state: State) -> str:
    """Return the figures of a run."""
    lines = [f"hostile packs tried: {len(state.packs)}"]
    if state.packs:
        columns = list(zip(*(values[2:] for values in state.packs.values()), strict=True))
        names = ("seconds", "seconds of CPU", "MB")
        lines += [
            f"  most {name}: {max(column):.1f}" for name, column in zip(names, columns, strict=True)
        ]
    unwatched = why_not()
    watched = "watched" if unwatched is None else f"not watched: {unwatched}"
    lines.append(f"files and sockets: {watched}")
    lines.append(f"mutants tried: {sum(state.next_mutant.values())}")
    lines += [f"  {name}: {n}" for name, n in sorted(state.outcomes.items())]
    lines.append(f"most MB of a process for mutants: {state.memory_mb}")
    lines += [f"mutants of which the process ended: {len(state.ended)}", *state.ended[:50]]
    lines += [f"what must not happen: {len(state.findings)}", *state.findings[:50]]
    return "\n".join(lines)


def main(argv: list[str] | None = None) -> int:
    """Run; return 1 when something happened that must not."""
    parser = argparse.ArgumentParser(description="Try hostile packs and mutants.")
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--mutants", type=int, default=50_000)
    parser.add_argument("--packs", type=int, help="only so many of the hostile packs")
    parser.add_argument("--hours", type=float, default=2.0)
    arguments = parser.parse_args(argv)
    run = Run(arguments.state, time.time() + 3600 * arguments.hours)
    run.try_packs(arguments.packs)
    run.try_mutants(arguments.mutants)
    run.save()
    print(report(run.state))
    return 1 if run.state.findings else 0


if __name__ == "__main__":
    sys.exit(main())
