"""Commands that are started by the thousand, killed, and made to fail at a chosen call."""

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).with_name("faults.c")
ERRORS = ("ENOSPC", "EIO", "EROFS", "EACCES")
_LONGEST_S = 180.0


@dataclass(frozen=True)
class Fault:
    """Which call fails.

    Attributes:
        folder: only calls on files below it count.
        n: which of them, from 1; 0 for none, which only counts.
        error: a name of `errno`; "" kills the process instead.
        always: whether all later calls fail as well, as on a disk that stays full.
        kind: a letter of the calls that count, see faults.c; "*" for all.
    """

    folder: Path
    n: int = 0
    error: str = ""
    always: bool = False
    kind: str = "*"

    def __str__(self) -> str:
        code = getattr(errno, self.error) if self.error else 0
        return f"{self.folder}|{self.kind}|{self.n}|{code}|{int(self.always)}"


@dataclass(frozen=True)
class Ended:
    """How a command ended: exit code (negative: killed), what it wrote, how long it took."""

    code: int
    out: str
    err: str
    wall_s: float
    n_calls: int


class Commands:
    """Starts commands of Soundbed quickly, see `preloaded`.

    Args:
        folder: for what the commands write to their streams.
        faults: the compiled faults.c; None where nothing is to fail.
    """

    def __init__(self, folder: Path, faults: Path | None = None) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._n_started = 0
        self._ended: dict[int, int] = {}
        environment = dict(os.environ)
        if faults is not None:
            environment["LD_PRELOAD"] = str(faults)
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.robustness.preloaded"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        self._answer("ready")

    def close(self) -> None:
        """End the server; commands that still run continue."""
        assert self._server.stdin is not None and self._server.stdout is not None
        self._server.stdin.close()
        self._server.wait()
        self._server.stdout.close()

    def start(
        self,
        arguments: Sequence[object],
        home: Path,
        fault: Fault | None = None,
        temporary: Path | None = None,
    ) -> "Running":
        """Start a command with its own user folders.

        Args:
            arguments: of `soundbed`; also what `preloaded` adds, such as "edits FIRST N".
            home: SOUNDBED_HOME.
            fault: what is to fail in it and in its workers.
            temporary: the folder for temporary files.
        """
        self._n_started += 1
        base = self._folder / f"{self._n_started % 64}"
        paths = [base.with_suffix(suffix) for suffix in (".out", ".err", ".count")]
        for path in paths:
            path.unlink(missing_ok=True)
        environment = {"SOUNDBED_HOME": str(home), "TMPDIR": str(temporary or self._folder)}
        if fault is not None:
            environment["SOUNDBED_FAULT"] = str(fault)
        request = {
            "arguments": list(map(str, arguments)),
            "environment": environment,
            "out": str(paths[0]),
            "err": str(paths[1]),
            "count": str(paths[2]) if fault is not None else "",
        }
        assert self._server.stdin is not None
        self._server.stdin.write(json.dumps(request) + "\n")
        self._server.stdin.flush()
        answer = self._answer("started")
        return Running(self, answer["started"], answer["at"], paths)

    def run(self, arguments: Sequence[object], home: Path, **options: Any) -> Ended:
        """Run a command to its end."""
        return self.start(arguments, home, **options).wait()

    def code_of(self, process: int) -> int:
        """Wait for a child of the server to end."""
        while process not in self._ended:
            answer = self._answer("ended")
            self._ended[answer["ended"]] = answer["code"]
        return self._ended.pop(process)

    def _answer(self, kind: str) -> dict[str, Any]:
        assert self._server.stdout is not None
        while True:
            line = self._server.stdout.readline()
            if not line:
                raise RuntimeError("the server of commands has ended")
            answer: dict[str, Any] = json.loads(line)
            if kind in answer:
                return answer
            self._ended[answer["ended"]] = answer["code"]


class Running:
    """A command that runs."""

    def __init__(
        self, commands: Commands, process: int, started: float, paths: Sequence[Path]
    ) -> None:
        self._commands = commands
        self.process = process
        self._started = started
        self._paths = paths

    def kill(self) -> None:
        """Kill the command itself, as the system does; its workers notice."""
        with suppress(ProcessLookupError):
            os.kill(self.process, signal.SIGKILL)

    def wait(self) -> Ended:
        """Wait until the command and its workers have ended."""
        code = self._commands.code_of(self.process)
        wall_s = time.monotonic() - self._started
        until = time.monotonic() + _LONGEST_S
        while _group_lives(self.process):
            if time.monotonic() > until:
                raise RuntimeError(f"workers of {self.process} don't end")
            time.sleep(0.01)
        out, err, count = (
            path.read_text("utf-8", "replace") if path.exists() else "" for path in self._paths
        )
        return Ended(code, out, err, wall_s, int(count or 0))


def build_faults(folder: Path) -> Path | None:
    """Compile faults.c; return None where that can't be done."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None or not sys.platform.startswith("linux"):
        return None
    folder.mkdir(parents=True, exist_ok=True)
    made = folder / "faults.so"
    if not made.exists() or made.stat().st_mtime < SOURCE.stat().st_mtime:
        subprocess.run(
            [compiler, "-shared", "-fPIC", "-O2", "-o", made, SOURCE, "-ldl"], check=True
        )
    return made


def _group_lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    # A group of the dead alone, which nobody has waited for, counts as ended.
    return any(
        _state_of(int(entry.name)) not in ("", "Z")
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and _group_of(int(entry.name)) == group
    )


def _group_of(process: int) -> int:
    try:
        return os.getpgid(process)
    except ProcessLookupError:
        return -1


def _state_of(process: int) -> str:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""
