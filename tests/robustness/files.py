"""Files from elsewhere, and mutants of them, through `library add` and `recommend`.

    python -m tests.robustness.files --state DIR [--hours 3] [--mutants 20000] [--clips 500]
                                     [--first 0]
    python -m tests.robustness.files --state DIR --report

Downloads source packages that hold media files (see `media_sources`), adds these files as they are,
then mutants of the small ones, and ranks music for mutants of clips. A run that was stopped resumes
where it was; DIR keeps what was found, and the mutants that did harm. Another `--first` number
gives other mutants. Every tenth batch runs under strace, which sees sockets.
"""

import argparse
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from engine.media.probe import VIDEO_SUFFIXES
from engine.media.track_probe import FILM_SUFFIXES, SCANNED_SUFFIXES
from tests.robustness.media_mutants import Mutant, mutant
from tests.robustness.media_sources import download, extract
from tests.system_calls import read_log, watch, why_not

ROOT = Path(__file__).resolve().parents[2]
LOCAL_FAMILIES = {"AF_UNIX", "AF_NETLINK"}
_PER_BATCH = 100
_WATCHED_EVERY = 10
_HANGS_S = 3600.0
_MAX_SEED_BYTES = 150_000
_MAX_CLIP_BYTES = 400_000
_LEAST_S = 1.0
# Mutants of music for each one of another file.
_MUSIC_SHARE = 4
_WHOLE = 0.9
_SILENT = 1e-4
# A shortened file that doesn't state its length can't be told from a short one. Ogg states it in
# its last page, which is gone with the end, and recordings of streams have no last page.
_SHORTENING = {"cut", "delete"}
_UNSTATED = {".mp3", ".mp2", ".aac", ".ac3", ".eac3", ".amr", ".ogg", ".oga", ".opus"}
_MATROSKA_LENGTH = re.compile(rb"\x44\x89[\x84\x88]")
_HEAD_BYTES = 4096
# The number of frames that the first frame of an MP3 may state.
_MP3_LENGTH = re.compile(rb"(?:Xing|Info)...[\x01\x03\x05\x07-\x0f].{4}|VBRI.{14}", re.DOTALL)


class Run:
    """A run that can be stopped and resumed.

    Args:
        state: the folder of what it has found.
    """

    def __init__(self, state: Path) -> None:
        self.state = state
        self.media = state / "media"
        self.results = state / "results.jsonl"
        state.mkdir(parents=True, exist_ok=True)

    def collect(self) -> None:
        """Download and extract the files; add those that users would have, as they are."""
        problems = download(self.state / "sources")
        print("media files:", extract(self.state / "sources", self.media), problems, flush=True)
        known = {row["name"] for row in self.rows() if row["kind"] == "original"}
        waiting = [path for path in self.originals() if path.name not in known]
        for start in range(0, len(waiting), _PER_BATCH):
            some = waiting[start : start + _PER_BATCH]
            found = self._add({path.name: path.read_bytes() for path in some}, watched=start == 0)
            self._save("original", found, {path.name: {} for path in some})

    def originals(self) -> list[Path]:
        """Return the files that a scan of a folder would find, in a fixed order."""
        return [path for path in sorted(self.media.iterdir())
                if path.suffix in SCANNED_SUFFIXES and not path.name.startswith(".")]  # fmt: skip

    def mutants(self, wanted: range, until_s: float) -> None:
        """Add mutants of the small files to a library, in batches."""
        sources = self._seeds()
        done = {row["number"] for row in self.rows() if row["kind"] == "mutant"}
        for first in wanted[::_PER_BATCH]:
            if time.monotonic() > until_s:
                return
            numbers = [
                n for n in range(first, min(first + _PER_BATCH, wanted.stop)) if n not in done
            ]
            if not numbers:
                continue
            made = {number: mutant(number, sources) for number in numbers}
            names = {number: f"{number}{each.source.suffix}" for number, each in made.items()}
            facts = {
                names[number]: {
                    "number": number,
                    "source": each.source.name,
                    "changes": each.changes,
                    "is_shortened": _is_shortened(each),
                    "keeps_length": _keeps_length(each),
                }
                for number, each in made.items()
            }
            watched = (first // _PER_BATCH) % _WATCHED_EVERY == 0
            data = {names[number]: each.data for number, each in made.items()}
            self._save("mutant", self._add(data, watched=watched), facts)
            print(f"mutants {first} to {numbers[-1]} of {wanted.stop - 1}", flush=True)

    def clips(self, wanted: range, until_s: float) -> None:
        """Rank music for mutants of clips."""
        sources = [
            path
            for path in sorted(self.media.iterdir())
            if path.suffix in VIDEO_SUFFIXES | FILM_SUFFIXES
            and path.stat().st_size <= _MAX_CLIP_BYTES
            # TypeScript has the ending of transport streams.
            and (path.suffix not in (".ts", ".mts") or path.read_bytes()[:1] == b"G")
        ]
        done = {row["number"] for row in self.rows() if row["kind"] == "clip"}
        for number in wanted:
            if time.monotonic() > until_s or not sources:
                return
            if number not in done:
                self._rank(number, sources)

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield what was found so far."""
        if self.results.exists():
            for line in self.results.read_text().splitlines():
                yield json.loads(line)

    def _seeds(self) -> list[Path]:
        """Return the small files; those that are music make four fifths of the mutants."""
        small = [path for path in self.originals() if path.stat().st_size <= _MAX_SEED_BYTES]
        ready = {
            row["name"]
            for row in self.rows()
            if row["kind"] == "original" and row.get("state") == "ready"
        }
        music = [path for path in small if path.name in ready]
        others = [path for path in small if path.name not in ready]
        n_copies = -(-_MUSIC_SHARE * len(others) // max(len(music), 1))
        return music * n_copies + others

    def _save(self, kind: str, found: dict[str, Any], facts: dict[str, dict[str, Any]]) -> None:
        lines = []
        for name, fact in facts.items():
            row = {"kind": kind, "name": name, **fact, **found["files"].get(name, {})}
            if found["death"]:
                row["batch_death"] = found["death"]
            lines.append(row)
        lines.append({"kind": "batch", "n": len(facts), "death": found["death"],
                      "sockets": found["sockets"], "noise": found["noise"],
                      "app_mb": found.get("app_mb"), "of": kind})  # fmt: skip
        with self.results.open("a") as file:
            file.write("".join(json.dumps(line) + "\n" for line in lines))

    def _add(self, data: dict[str, bytes], *, watched: bool) -> dict[str, Any]:
        """Add files to a new library in a process of its own; return what became of them."""
        with tempfile.TemporaryDirectory(prefix="soundbed-files-") as name:
            scratch = Path(name)
            folder = scratch / "music"
            folder.mkdir()
            for file_name, content in data.items():
                (folder / file_name).write_bytes(content)
            (scratch / "measures").mkdir()
            result = scratch / "result.json"
            module = "tests.robustness.files_batch"
            command = [sys.executable, "-m", module, str(folder), str(result)]
            code, text, sockets = _watched(command, scratch, watched=watched)
            death = "" if code == 0 and result.exists() else f"exit code {code}: {text[-500:]}"
            found = json.loads(result.read_text()) if result.exists() else {"files": {}}
            if death:
                self._keep(folder)
            noise = [line for line in text.splitlines() if not line.startswith("soundbed: ")]
            return {**found, "death": death, "sockets": sockets, "noise": noise[:5]}

    def _rank(self, number: int, sources: Sequence[Path]) -> None:
        made = mutant(number, sources)
        with tempfile.TemporaryDirectory(prefix="soundbed-files-") as name:
            scratch = Path(name)
            clip = scratch / f"clip{made.source.suffix}"
            clip.write_bytes(made.data)
            command = [sys.executable, "-m", "engine", "recommend", str(clip), "--json"]
            used = resource.getrusage(resource.RUSAGE_CHILDREN)
            before_s = used.ru_utime + used.ru_stime
            code, text, sockets = _watched(command, scratch, watched=number % _WATCHED_EVERY == 0)
            used = resource.getrusage(resource.RUSAGE_CHILDREN)
            row = {
                "kind": "clip", "number": number, "source": made.source.name,
                "changes": made.changes, "code": code, "sockets": sockets,
                "processor_s": used.ru_utime + used.ru_stime - before_s,
                "death": "" if code in (0, 2) else text[-500:],
            }  # fmt: skip
            if row["death"]:
                self._keep(scratch, f"clip-{number}{made.source.suffix}")
        with self.results.open("a") as file:
            file.write(json.dumps(row) + "\n")

    def _keep(self, folder: Path, name: str = "") -> None:
        """Keep the files that did harm."""
        target = self.state / "harm" / (name or f"batch-{time.time():.0f}")
        shutil.copytree(folder, target, dirs_exist_ok=True)


def _watched(command: list[str], scratch: Path, *, watched: bool) -> tuple[int, str, list[str]]:
    """Run a command; return its exit code (-1 where it hangs), its output and its sockets."""
    environment = {
        **os.environ,
        "SOUNDBED_HOME": str(scratch / "home"),
        "SOUNDBED_MEASURES": str(scratch / "measures"),
        "PYTHONPATH": str(ROOT),
        "OMP_NUM_THREADS": "1",
    }
    log = scratch / "strace"
    if watched and why_not() is None:
        process = watch(command, environment, scratch, log)
    else:
        process = subprocess.Popen(
            command, env=environment, cwd=scratch, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        text, _ = process.communicate(timeout=_HANGS_S)
        code = process.returncode
    except subprocess.TimeoutExpired:
        process.kill()
        text, _ = process.communicate()
        code = -1
    families = read_log(log, scratch).families - LOCAL_FAMILIES if log.exists() else set()
    if code == 0 and "recommend" in command:
        text = ""
    return code, text, sorted(families)


def _is_shortened(made: Mutant) -> bool:
    """Whether a mutant has lost bytes of a file that needn't state how long it was."""
    is_shorter = len(made.data) < made.source.stat().st_size
    return _is_unstated(made.source) and (is_shorter or bool(_SHORTENING & set(made.changes)))


def _is_unstated(source: Path) -> bool:
    """Whether a file is of a format without a length, or a recording of one that may lack it."""
    data = source.read_bytes()
    if source.suffix in (".webm", ".mkv", ".mka"):
        return _MATROSKA_LENGTH.search(data[:_HEAD_BYTES]) is None
    if source.suffix in (".mp4", ".m4a", ".m4b", ".mov", ".3gp"):
        return b"moof" in data and b"mehd" not in data
    return source.suffix in _UNSTATED


def _keeps_length(made: Mutant) -> bool:
    """Whether a mutant of an MP3 still states its number of frames."""
    source = made.source.read_bytes()
    stated = _MP3_LENGTH.search(source)
    # That of joined files is of the first one.
    is_joined = source.count(b"ID3") > 1
    return stated is not None and not is_joined and stated[0] in made.data


def _whole_s(original: dict[str, Any]) -> float:
    """Return how long an unchanged file is; headers that state a little less are right, too."""
    length_s = float(original.get("duration_s") or 0.0)
    claimed_s = float(original.get("claimed_s") or length_s)
    return claimed_s if _WHOLE * length_s < claimed_s < length_s else length_s


def report(run: Run) -> dict[str, Any]:
    """Return the counts of everything that was found."""
    rows = list(run.rows())
    originals = {row["name"]: row for row in rows if row["kind"] == "original"}
    files = [row for row in rows if row["kind"] in ("original", "mutant")]
    accepted = [row for row in files if row.get("state") == "ready"]
    wrong: dict[str, list[str]] = {name: [] for name in ("short", "silent", "under a second")}
    n_unknowable = 0
    for row in accepted:
        duration_s = row["duration_s"]
        if duration_s < _LEAST_S:
            wrong["under a second"].append(row["name"])
        if row["kind"] == "mutant" and row.get("reason") is None:
            original = originals.get(row["source"], {})
            whole_s = _whole_s(original)
            if duration_s < _WHOLE * whole_s:
                # Some originals are joined without tags, and state the length of their first part.
                is_stated = (original.get("claimed_s") or 0.0) >= whole_s
                if row["is_shortened"] and not (row["keeps_length"] and is_stated):
                    n_unknowable += 1
                else:
                    wrong["short"].append(row["name"])
        if row.get("swing", 1.0) < _SILENT:
            wrong["silent"].append(row["name"])
    batches = [row for row in rows if row["kind"] == "batch"]
    clips = [row for row in rows if row["kind"] == "clip"]
    measured = [row for row in files if "processor_s" in row]
    slowest = max(measured, key=lambda row: row["processor_s"], default={})
    largest = max(measured, key=lambda row: row["peak_mb"], default={})
    return {
        "originals": len(originals),
        "mutants": len(files) - len(originals),
        "clips": dict(Counter(row["code"] for row in clips)),
        "app_deaths": [row["death"] for row in batches + clips if row["death"]],
        "sockets": [row["sockets"] for row in batches + clips if row["sockets"]],
        "terminal_lines": [line for row in batches for line in row["noise"]][:20],
        "states": dict(Counter(str(row.get("state")) for row in files)),
        "reasons": dict(Counter(str(row.get("reason")) for row in files)),
        "accepted_but": {name: len(names) for name, names in wrong.items()},
        "which": {name: names[:30] for name, names in wrong.items()},
        "short_without_a_stated_length": n_unknowable,
        "longest_processor_s": [slowest.get("processor_s"), slowest.get("name")],
        "largest_mb": [largest.get("peak_mb"), largest.get("name")],
        "slowest_clip_s": max((row["processor_s"] for row in clips), default=None),
    }


def main() -> None:
    """Run, or report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--hours", type=float, default=3.0)
    parser.add_argument("--mutants", type=int, default=20_000)
    parser.add_argument("--clips", type=int, default=500)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--report", action="store_true")
    arguments = parser.parse_args()
    run = Run(arguments.state.absolute())
    if not arguments.report:
        until_s = time.monotonic() + 3600 * arguments.hours
        first = arguments.first
        clips = range(first, first + arguments.clips)
        run.collect()
        # A share for clips first, so that a short run has both.
        run.clips(clips[: arguments.clips // 10], until_s)
        run.mutants(range(first, first + arguments.mutants), until_s)
        run.clips(clips, until_s)
    print(json.dumps(report(run), indent=1))


if __name__ == "__main__":
    main()
