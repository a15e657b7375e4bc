"""Runs commands of Soundbed in children of one process that has everything imported.

A command starts in hundredths of a second instead of half a second, so that thousands can be
killed. Started by `commands.Commands`; reads a JSON object a line, answers with one a line.
"""

import ctypes
import importlib
import json
import os
import select
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.robustness.training import SKIPPED

_POLL_S = 0.005
# What commands import when they run. No onnxruntime: its threads don't survive a fork.
_MODULES = (
    "engine.__main__", "engine.cli.snapshots", "engine.cli.table", "engine.cli.terminal",
    "engine.library.libraries", "engine.library.library", "engine.library.restoring",
    "engine.media.probe", "engine.media.worker", "engine.music.features", "engine.music.vector",
    "engine.music_packs.installed", "engine.stories.index", "engine.stories.install_pack",
    "engine.stories.reanalyse", "engine.encoders.profile", "rich.console", "rich.progress",
)  # fmt: skip
# Where there is PyTorch: most of the time of a short training.
_TRAINING_MODULES = ("engine.training.train_pack", "onnxscript", "torch.onnx", "torch._export")


def run_edits(first: int, n: int) -> int:
    """Make picks and save arrangements, as the window does, and say each once it is stored."""
    from engine.library.clips import SavedClip
    from engine.library.library import Library
    from engine.library.picks import AddPick, Pick

    for number in range(first, first + n):
        library = Library.open()
        library.apply(AddPick(Pick("edits", f"{number}", f"{number}", (), "2026-01-01")))
        library.clips.save(SavedClip(f"edit {number}", Path(f"/clips/{number}.mp4"), "{}"))
        print(number, flush=True)
    return 0


def run_retag() -> int:
    """Show other titles of all tracks, in one change."""
    from engine.library.library import Library
    from engine.library.repaired_tags import RepairTags
    from engine.media.tags import Tags

    library = Library.open()
    changes = tuple((t.file.id, Tags(f"Other {t.file.id}")) for t in library.tracks.all())
    library.apply(RepairTags(changes))
    return 0


def run_edit_tags() -> int:
    """Give all tracks that can be edited another title, genre and mood, in one change."""
    from engine.library.library import Library
    from engine.library.track_edits import EditTracks, TrackEdit

    library = Library.open()
    edit = TrackEdit("Mine", genre="jazz", moods=("calm",))
    hashes = {track.file.content_hash for track in library.tracks.all()} - {""}
    library.apply(EditTracks(tuple((each, edit) for each in sorted(hashes))))
    return 0


def run_start() -> int:
    """Do what the window does at its start."""
    from engine.library.library import Library
    from engine.music_packs.installed import tidy
    from engine.paths import user_library
    from engine.stories.library_health import check_at_start
    from engine.unfinished import start_sweep

    sweeping = start_sweep()
    if user_library().exists():
        tidy(Library.open())
    for problem in check_at_start().problems:
        print(problem, file=sys.stderr)
    sweeping.join()
    return 0


def _run(arguments: Sequence[str]) -> int:
    from engine.__main__ import main
    from engine.errors import SoundbedError

    try:
        if arguments[0] == "edits":
            return run_edits(*map(int, arguments[1:]))
        others = {"retag": run_retag, "edit tags": run_edit_tags, "start": run_start}
        if arguments[0] in others:
            return others[arguments[0]]()
    except SoundbedError as error:
        print(f"soundbed: {error}", file=sys.stderr)
        return error.exit_code
    return main(arguments)


def _start(request: dict[str, Any]) -> int:
    """Run a command in a child; return its number."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        os.setpgid(0, 0)
        for stream, name in ((1, request["out"]), (2, request["err"])):
            opened = os.open(name, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
            os.dup2(opened, stream)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.environ.update(request["environment"])
        _arm(request["environment"].get("SOUNDBED_FAULT", ""))
        code = _run(request["arguments"])
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    except Exception:  # noqa: BLE001 - the driver counts what main() lets through
        import traceback

        traceback.print_exc()
    finally:
        if request.get("count"):
            _arm_count(Path(request["count"]))
        with suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _arm(text: str) -> None:
    _faults("soundbed_arm", lambda arm: arm(text.encode() or None))


def _arm_count(path: Path) -> None:
    _faults("soundbed_counted", lambda counted: path.write_text(str(counted())))


def _faults(name: str, call: Callable[[Any], object]) -> None:
    with suppress(AttributeError):
        call(getattr(ctypes.CDLL(None), name))


def main() -> None:
    """Serve until standard input is closed."""
    for name in (*_MODULES, *(() if SKIPPED else _TRAINING_MODULES)):
        importlib.import_module(name)
    running: set[int] = set()
    print(json.dumps({"ready": os.getpid()}), flush=True)
    while True:
        if select.select([sys.stdin], [], [], _POLL_S if running else None)[0]:
            line = sys.stdin.readline()
            if not line:
                return
            started = _start(json.loads(line))
            running.add(started)
            print(json.dumps({"started": started, "at": time.monotonic()}), flush=True)
        while running:
            child, status = os.waitpid(-1, os.WNOHANG)
            if child == 0:
                break
            running.discard(child)
            code = os.waitstatus_to_exitcode(status)
            print(json.dumps({"ended": child, "code": code}), flush=True)


if __name__ == "__main__":
    main()
