"""What each finished track was built from, so that a build skips what is up to date.

Beside each track in build/library is a small JSON file with two hashes. The fingerprint covers
the score; it is in scores.json too, and a test compares it with what the composer writes. The
other one covers the code that turns notes into sound; it isn't published, as another comment in
the synthesiser doesn't change the audio.
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
# Modules that make sound; what they import counts too …
_SOUND = ("composer.render", "composer.mix", "composer.master")
# … except what writes or describes notes: the fingerprint of the score covers its result.
_NOTES = {
    "composer.score", "composer.midi", "composer.theory", "composer.form", "composer.tools",
    "composer.rhythm", "composer.catalogue",
}  # fmt: skip
# A piece without synthesiser is up to date when only the synthesiser changes.
_MODULE_OF_ENGINE = {
    **dict.fromkeys(FONT_ENGINES, "composer.fonts"),
    "hits": "composer.hits",
    "synth": "composer.synth",
}


@dataclass(frozen=True, slots=True)
class BuildRecord:
    """What a finished track was built from, and what was measured on it.

    Attributes:
        score_sha256: hash of notes and mixing desk (`composer.catalogue.fingerprint`).
        sound_sha256: hash of the code, fonts and tags that made sound of them (`sound_sha256`).
        audio_sha256: hash of the file.
        duration_s: length of the sound.
        loudness_lufs: integrated loudness.
        true_peak_dbtp: highest true peak.
    """

    score_sha256: str
    sound_sha256: str
    audio_sha256: str
    duration_s: float
    loudness_lufs: float
    true_peak_dbtp: float

    def master(self, score: Score, path: Path) -> Master:
        """Return the finished file without rendering it again."""
        return Master(score, path, self.duration_s, self.loudness_lufs, self.true_peak_dbtp)

    def matches(self, score: Score) -> bool:
        """Tell whether today's notes and code would give the same file."""
        recorded = (self.score_sha256, self.sound_sha256)
        return recorded == (fingerprint(score), sound_sha256(score))


def read_record(path: Path) -> BuildRecord | None:
    """Read the record beside a track; None when it is missing or incomplete."""
    try:
        return BuildRecord(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def write_record(finished: Master, path: Path) -> BuildRecord:
    """Write the record of a finished track, and return it."""
    record = BuildRecord(
        fingerprint(finished.score),
        sound_sha256(finished.score),
        hashlib.sha256(finished.path.read_bytes()).hexdigest(),
        finished.duration_s,
        finished.loudness_lufs,
        finished.true_peak_dbtp,
    )
    write_text(path, json.dumps(asdict(record), indent=1) + "\n")
    return record


def file_sha256(path: Path) -> str | None:
    """Return the hash of a file's bytes; None when it isn't there."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None


def sound_sha256(score: Score) -> str:
    """Return a hash of what decides a track's bytes besides its score: code, fonts and tags."""
    engines = {part.voice.engine for part in score.parts}
    skipped = {module for e, module in _MODULE_OF_ENGINE.items() if e not in engines} - {
        _MODULE_OF_ENGINE[e] for e in engines if e in _MODULE_OF_ENGINE
    }
    fonts = [soundfont(engine).stat().st_size for engine in sorted(engines & set(FONT_ENGINES))]
    tags = (score.about.title, score.about.description, score.about.genre)
    code = [module_sha256(module) for module in sound_modules(frozenset(skipped))]
    return hashlib.sha256(repr((code, fonts, tags)).encode()).hexdigest()


def hash_code_now() -> None:
    """Hash all modules of sound, so that edits made while this process renders don't count."""
    for module in sound_modules():
        module_sha256(module)


@cache
def sound_modules(skipped: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Return the modules that turn notes into sound, sorted, without `skipped` and its imports."""
    found: set[str] = set()
    waiting = list(_SOUND)
    while waiting:
        module = waiting.pop()
        if module in found | _NOTES | skipped or not _is_of_sound(module):
            continue
        found.add(module)
        waiting += _imports(module)
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
