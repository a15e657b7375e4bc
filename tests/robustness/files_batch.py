"""Adds one folder to a library of its own and measures each file; run by `tests.robustness.files`.

python -m tests.robustness.files_batch FOLDER RESULT.json
"""

import json
import os
import sys
import time
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np

from engine.library.files import AnalysedFile
from engine.library.track_analysis import analyse_file
from engine.media.track_probe import probe_audio
from engine.media.waveform import read_blocks
from engine.progress import Progress

_MEASURES = "SOUNDBED_MEASURES"
# EBU R128 hears nothing below.
_SOFT_LUFS = -69.9


def measured(path: Path, progress: Progress | None = None) -> AnalysedFile:
    """Analyse a file as a scan does, in a worker process, and note time and memory."""
    # From here on, the kernel counts the process's peak of memory again.
    Path("/proc/self/clear_refs").write_text("5")
    started_s = time.process_time()
    analysed = None
    try:
        analysed = analyse_file(path, progress)
        return analysed
    finally:
        row = {"name": path.name, "processor_s": time.process_time() - started_s,
               "peak_mb": _peak_mb()}  # fmt: skip
        if analysed is not None:
            row["claimed_s"] = probe_audio(path).claimed_s
            if (analysed.profile.loudness_lufs or 0) < _SOFT_LUFS:
                row["swing"] = _swing(path)
        with (Path(os.environ[_MEASURES]) / f"{os.getpid()}.jsonl").open("a") as file:
            file.write(json.dumps(row) + "\n")


def add(folder: Path) -> dict[str, Any]:
    """Add a folder with the command line; return its report and the rows of the files."""
    from engine.__main__ import main
    from engine.library.library import Library
    from engine.settings import Settings, save_settings
    from engine.stories import analyse_files

    save_settings(Settings(n_threads=1))
    vars(analyse_files)["analyse_file"] = measured
    printed = StringIO()
    started_s = time.monotonic()
    with redirect_stdout(printed):
        code = main(["library", "add", str(folder), "--json"])
    wall_s = time.monotonic() - started_s
    library = Library.open()
    checks = library.checks.all()
    rows = {
        track.path.name: {
            "state": track.file.state,
            "reason": checks[track.file.id].reason if track.file.id in checks else None,
            "message": track.file.message,
            "duration_s": track.file.duration_s,
            "loudness_lufs": track.profile.loudness_lufs,
        }
        for track in library.tracks.all()
    }
    for each in library.left_out.all():
        rows[each.path.name] = {"state": "left out", "reason": each.cause}
    for file in Path(os.environ[_MEASURES]).glob("*.jsonl"):
        for line in file.read_text().splitlines():
            row = json.loads(line)
            rows.setdefault(row.pop("name"), {}).update(row)
    if any(row.get("state") == "ready" and "processor_s" not in row for row in rows.values()):
        raise RuntimeError("files were added without being measured")
    return {
        "code": code,
        "wall_s": wall_s,
        "app_mb": _peak_mb(),
        "report": json.loads(printed.getvalue()) if code == 0 else None,
        "files": rows,
    }


def _swing(path: Path) -> float:
    """Return half the difference between the highest and the lowest sample."""
    blocks = [block.samples for block in read_blocks(path, 48_000, 2)]
    return float(np.ptp(np.concatenate(blocks))) / 2


def _peak_mb() -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return float(line.split()[1]) / 1024
    return 0.0


if __name__ == "__main__":
    # Workers must find `measured` by the name of this module.
    from tests.robustness import files_batch

    Path(sys.argv[2]).write_text(json.dumps(files_batch.add(Path(sys.argv[1]))))
