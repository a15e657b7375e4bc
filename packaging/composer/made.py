"""What was already made, and by which notes and which sound code: so that a build can go on.

Beside each finished trial in build/library stands a small JSON file. The notes are known by the
score's fingerprint (also in scores.json, where a test holds it against the composer); the code
that turns notes into sound is known by a hash of its modules, which stays here: a comment more
in the synthesiser must not make the shipped audio wrong.
"""

import ast
import hashlib
import json
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from composer.catalogue import fingerprint
from composer.master import Master
from composer.score import Score
from composer.tools import FONT_ENGINES, soundfont
from engine.files import write_text

_PACKAGING = Path(__file__).resolve().parents[1]
_ROOT = _PACKAGING.parent
# Where sound begins; everything that these import counts, too …
_SOUND = ("composer.render", "composer.mix", "composer.master")
# … but not what writes notes or describes them: the score's fingerprint knows the result.
_NOTES = {
    "composer.score", "composer.midi", "composer.theory", "composer.form", "composer.tools",
    "composer.rhythm", "composer.catalogue",
}  # fmt: skip
# A piece without a synthesiser needn't be made again when the synthesiser changes.
_MODULE_OF_ENGINE = {
    **dict.fromkeys(FONT_ENGINES, "composer.fonts"),
    "hits": "composer.hits",
    "synth": "composer.synth",
}


@dataclass(frozen=True, slots=True)
class Made:
    """A finished track in the folder of trials.

    Args:
        score_sha256: the notes and the desk (`composer.catalogue.fingerprint`).
        sound_sha256: the code, fonts and tags that made sound of them (`sound_sha256`).
        audio_sha256: the file itself.
        duration_s, loudness_lufs, true_peak_dbtp: as measured when it was mastered.
    """

    score_sha256: str
    sound_sha256: str
    audio_sha256: str
    duration_s: float
    loudness_lufs: float
    true_peak_dbtp: float

    def master(self, score: Score, path: Path) -> Master:
        """The finished file again, without rendering it."""
        return Master(score, path, self.duration_s, self.loudness_lufs, self.true_peak_dbtp)

    def is_of(self, score: Score) -> bool:
        """Whether these notes and this code would give the same file."""
        known = (self.score_sha256, self.sound_sha256)
        return known == (fingerprint(score), sound_sha256(score))


def read_made(path: Path) -> Made | None:
    """Read what was written beside a trial; None when it isn't there or was cut off."""
    try:
        return Made(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def write_made(finished: Master, path: Path) -> Made:
    """Write what is known of a finished track beside it, and return it."""
    made = Made(
        fingerprint(finished.score),
        sound_sha256(finished.score),
        file_sha256(finished.path),
        finished.duration_s,
        finished.loudness_lufs,
        finished.true_peak_dbtp,
    )
    write_text(path, json.dumps(asdict(made), indent=1) + "\n")
    return made


def file_sha256(path: Path) -> str | None:
    """Return the hash of a file's bytes; None when it isn't there."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None


def sound_sha256(score: Score) -> str:
    """Return a hash of all but the notes that decides a track's bytes: code, fonts and tags."""
    engines = {part.voice.engine for part in score.parts}
    skipped = {module for e, module in _MODULE_OF_ENGINE.items() if e not in engines} - {
        _MODULE_OF_ENGINE[e] for e in engines if e in _MODULE_OF_ENGINE
    }
    fonts = [soundfont(engine).stat().st_size for engine in sorted(engines & set(FONT_ENGINES))]
    tags = (score.about.title, score.about.description, score.about.genre)
    code = [module_sha256(module) for module in sound_modules(frozenset(skipped))]
    return hashlib.sha256(repr((code, fonts, tags)).encode()).hexdigest()


def remember_code() -> None:
    """Read all modules of sound, so that later edits don't count for what this process renders."""
    for module in sound_modules():
        module_sha256(module)


@cache
def sound_modules(skipped: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Return the modules that turn notes into sound, sorted, without `skipped` and its imports."""
    found: set[str] = set()
    asked = list(_SOUND)
    while asked:
        module = asked.pop()
        if module in found | _NOTES | skipped or not _is_of_sound(module):
            continue
        found.add(module)
        asked += _imports(module)
    return tuple(sorted(found))


@cache
def module_sha256(module: str) -> str:
    """Return a hash of a module's code; comments, docstrings and layout don't count."""
    tree = _parsed(module)
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            body[:] = [
                line
                for line in body
                if not (isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant))
            ]
    return hashlib.sha256(ast.dump(tree).encode()).hexdigest()


def _is_of_sound(module: str) -> bool:
    return module == "engine.media.limiter" or (
        module.startswith("composer.") and _source(module).is_file()
    )


def _imports(module: str) -> list[str]:
    names = []
    for node in ast.walk(_parsed(module)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            # "from composer import hits" names a module, "from composer.hits import play" too.
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return names


def _parsed(module: str) -> ast.Module:
    return ast.parse(_source(module).read_text(encoding="utf-8"))


def _source(module: str) -> Path:
    folder = _ROOT if module.startswith("engine.") else _PACKAGING
    path = folder.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
