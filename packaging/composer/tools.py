"""The programs, soundfonts and samples that a build needs."""

import shutil
from pathlib import Path

_FONTS = {
    "fluid": (Path("/usr/share/sounds/sf2/FluidR3_GM.sf2"), "fluid-soundfont-gm"),
    "musescore": (
        Path("/usr/share/sounds/sf3/MuseScore_General_Full.sf3"),
        "musescore-general-soundfont",
    ),
}
# The sound engines that are soundfonts.
FONT_ENGINES = tuple(_FONTS)
_SAMPLES = (Path("/usr/share/sonic-pi/samples"), "sonic-pi-samples")
_PROGRAMS = {"fluidsynth": "fluidsynth", "ffmpeg": "ffmpeg"}


class MissingToolsError(Exception):
    """Something that a build needs isn't installed; the message says how to install it."""


def check_tools() -> None:
    """Check that everything a build needs is installed.

    Raises:
        MissingToolsError: naming all that is missing and the command that installs it.
    """
    missing = {
        package: program for program, package in _PROGRAMS.items() if shutil.which(program) is None
    }
    missing |= {package: path.name for path, package in _FONTS.values() if not path.is_file()}
    if not _SAMPLES[0].is_dir():
        missing[_SAMPLES[1]] = str(_SAMPLES[0])
    if missing:
        raise MissingToolsError(
            f"building the music needs {', '.join(missing.values())}; "
            f"on Debian: apt install {' '.join(sorted(missing))}"
        )


def soundfont(name: str) -> Path:
    """The file of "fluid" (FluidR3 GM) or "musescore" (MuseScore General)."""
    return _FONTS[name][0]


def sample_folder() -> Path:
    """The folder of CC0 samples."""
    return _SAMPLES[0]
