"""The folder of inputs that users of other programs reported, made by `../shared/cases`."""

import os
import shutil
import subprocess
import time
from pathlib import Path

from engine.locks import FileLock

SCRIPT = Path(__file__).resolve().parents[3] / "shared" / "cases" / "make_cases.sh"


def missing() -> str:
    """Return why the cases can't be made here; "" when they can."""
    if "SOUNDBED_CASES" in os.environ:
        return ""
    if not SCRIPT.exists():
        return "the cases (../shared/cases) aren't here"
    return "" if shutil.which("ffmpeg") else "ffmpeg, which makes the cases, isn't here"


def cases(folder: Path) -> Path:
    """Return the folder of cases: the one that SOUNDBED_CASES names, else made once in `folder`.

    Raises:
        CalledProcessError: when ffmpeg can't make them.
    """
    if "SOUNDBED_CASES" in os.environ:
        return Path(os.environ["SOUNDBED_CASES"])
    made, lock = folder / "made", FileLock(folder / "making.lock")
    # Tests that run side by side share them.
    while not lock.acquire():
        time.sleep(0.1)
    try:
        if not made.exists() or made.stat().st_mtime < SCRIPT.stat().st_mtime:
            subprocess.run(["bash", str(SCRIPT), str(folder)], check=True, capture_output=True)
            made.touch()
    finally:
        lock.release()
    return folder
