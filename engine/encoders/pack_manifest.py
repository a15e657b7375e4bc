"""The manifest of a model pack."""

import hashlib
import json
import math
import os
import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from engine import files
from engine.errors import PackError, display_path
from engine.path_checks import is_file
from engine.paths import bundled_models_dir
from engine.translation import tr
from engine.untrusted import check_json, check_keys

MANIFEST_NAME = "manifest.json"
# What a pack says of itself, and the plot of its training.
CARD, PLOT = "CARD.md", "training.png"
FORMAT = 1
Kind = Literal["visual", "audio", "voice", "profile", "sentences", "words", "matching", "encoders"]
_MAX_MANIFEST_BYTES = 4 * 2**20
# A pack of 114 scenes and 26 axes has about 2,000.
_MAX_MANIFEST_VALUES = 100_000
# An ONNX file can't be larger.
_MAX_FILE_BYTES = 2**31 - 1
_MAX_FILES = 100
_MAX_TEXT = 20_000
_MAX_NAME = 200

# A dimension is a number, or a name for any number.
Shape = tuple[int | str, ...]
Tensors = Mapping[str, Mapping[str, Shape]]
_Text = Annotated[str, msgspec.Meta(min_length=1, max_length=_MAX_TEXT)]
# Shown in messages and used as a key.
_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=_MAX_NAME)]
_Sha256 = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


@dataclass(frozen=True, slots=True)
class PackManifest:
    """The contents of a pack's manifest.json.

    Attributes:
        id: name of the pack, unique among the packs of its kind.
        kind: one of `Kind`.
        version: of the pack's weights.
        files: sha256 of each file of the pack, by file name.
        inputs: for each .onnx file, the shape of each input by name.
        outputs: the same for the outputs.
        feature_versions: versions of the input features, e.g. {"music": "music-1"}.
        embedding_space: id of the space of its embeddings; None where they aren't compared.
        training_data: what the weights were trained on, in one sentence.
        licence: of the weights, as an SPDX expression.
        sources: sha256 of each file that the weights were taken from, by file name.
        extra: values that only this kind of pack has.
    """

    id: _Name
    kind: Kind
    version: _Name
    files: Mapping[str, _Sha256]
    inputs: Tensors
    outputs: Tensors
    training_data: _Text
    licence: _Text
    feature_versions: Mapping[str, str] = field(default_factory=dict)
    embedding_space: _Name | None = None
    sources: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.files) > _MAX_FILES:
            raise ValueError("there are too many files")
        # Shown in messages, on a terminal too.
        for text in (self.id, self.version, self.embedding_space or "", *self._names()):
            if not text.isprintable():
                raise ValueError("a name isn't printable")
            if len(text) > _MAX_NAME:
                raise ValueError("a name is too long")
        for name in self.files:
            # Packs come from untrusted sources: their files must be in their own folder.
            if name in ("", ".", "..") or any(sign in name for sign in "/\\:\0"):
                raise ValueError(f"{name!r} is not a plain file name")
        for tensors in (self.inputs, self.outputs):
            for name in tensors:
                if name not in self.files:
                    raise ValueError(f"there are tensors for {name}, which isn't among the files")

    def _names(self) -> Iterator[str]:
        yield from self.files
        yield from (text for pair in self.feature_versions.items() for text in pair)
        for tensors in (*self.inputs.values(), *self.outputs.values()):
            for name, shape in tensors.items():
                yield name
                yield from (length for length in shape if isinstance(length, str))


def load_manifest(folder: Path) -> PackManifest:
    """Read a pack's manifest.

    Raises:
        PackError: when it is missing, damaged, or written by a newer Soundbed.
    """
    path = folder / MANIFEST_NAME
    text = _read(path, _MAX_MANIFEST_BYTES)
    try:
        check_json(text, _MAX_MANIFEST_VALUES)
        check_keys(text)
        values = msgspec.json.decode(text, type=dict[str, Any])
        _check_numbers(values)
        form = values.pop("format", None)
        if not isinstance(form, int):
            raise ValueError("its format isn't a whole number")
        if form == FORMAT:
            unknown = set(values) - {row.name for row in fields(PackManifest)}
            if unknown:
                raise ValueError(f"unknown fields: {', '.join(sorted(unknown))}")
            return msgspec.convert(values, PackManifest)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise PackError(
            tr("the model pack's manifest is damaged ({reason}).").format(
                reason=display_path(str(error)[:200])
            ),
            path=path,
            remedy=reinstall(),
        ) from error
    raise PackError(
        tr("the model pack was made for another version of Soundbed (format {form}).").format(
            form=form
        ),
        path=path,
        remedy=tr("Update Soundbed or choose another pack."),
    )


def save_manifest(folder: Path, manifest: PackManifest) -> None:
    """Write a pack's manifest; its files must exist already."""
    files.write_text(folder / MANIFEST_NAME, manifest_json(manifest))


def manifest_json(manifest: PackManifest) -> str:
    """Return the manifest as JSON; equal manifests give equal text."""
    return json.dumps({"format": FORMAT, **asdict(manifest)}, indent=1, ensure_ascii=False) + "\n"


def is_bundled(folder: Path) -> bool:
    """Return whether a folder is one of the packs that come with Soundbed."""
    return Path(os.path.realpath(folder)).parent == Path(os.path.realpath(bundled_models_dir()))


def find_file(folder: Path, manifest: PackManifest, name: str) -> Path:
    """Return the path of a file of the pack, which must be there.

    Raises:
        PackError: when the manifest doesn't list it, or it isn't there.
    """
    path = folder / name
    if name not in manifest.files:
        raise PackError(
            tr("the model pack {id} has no such file.").format(id=manifest.id),
            path=path,
            remedy=reinstall(),
        )
    if not is_file(path):
        raise _missing(path)
    return path


def read_file(
    folder: Path, manifest: PackManifest, name: str, limit_bytes: int = _MAX_FILE_BYTES
) -> bytes:
    """Return a file of the pack, checked against the manifest.

    Args:
        folder: of the pack.
        manifest: of the pack.
        name: of the file.
        limit_bytes: larger files are refused before they are read.

    Raises:
        PackError: when the file is missing, too large, or its sha256 differs.
    """
    path = find_file(folder, manifest, name)
    data = _read(path, limit_bytes)
    if sha256_of(data) != manifest.files[name]:
        raise PackError(
            tr("the model file differs from its manifest: it was edited or is incomplete."),
            path=path,
            remedy=reinstall(),
        )
    return data


def sha256_of(data: bytes) -> str:
    """Return the sha256 of the bytes in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def reinstall() -> str:
    """Return the remedy for a pack that can't be used."""
    return tr("Install Soundbed or this model pack again.")


def _missing(path: Path) -> PackError:
    return PackError(tr("a file of the model pack is missing."), path=path, remedy=reinstall())


def _read(path: Path, limit_bytes: int) -> bytes:
    if not is_file(path):
        raise _missing(path)
    try:
        with _opened(path) as file:
            status = os.fstat(file)
            if not stat.S_ISREG(status.st_mode) or status.st_size > limit_bytes:
                raise PackError(
                    tr("a file of the model pack is too large."), path=path, remedy=reinstall()
                )
            with os.fdopen(os.dup(file), "rb") as stream:
                return stream.read(status.st_size)
    except OSError as error:
        raise PackError(
            tr("a file of the model pack can't be read ({reason}).").format(
                reason=error.strerror or error
            ),
            path=path,
            remedy=reinstall(),
        ) from error


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    """Yield a file descriptor; a link in a pack from somewhere else isn't followed."""
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    if not is_bundled(path.parent):
        if path.is_symlink():
            raise PackError(
                tr("a file of the model pack is a link to another place."),
                path=path,
                remedy=tr("Copy the file itself into the pack's folder."),
            )
        flags |= getattr(os, "O_NOFOLLOW", 0)
    file = os.open(path, flags)
    try:
        yield file
    finally:
        os.close(file)


def _check_numbers(value: object) -> None:
    """Raise ValueError when a number isn't finite, or larger than any that is needed."""
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("a number isn't finite")
    if isinstance(value, int) and abs(value) >= 2**63:
        raise ValueError("a number is too large")
    for part in value.values() if isinstance(value, dict) else ():
        _check_numbers(part)
    for part in value if isinstance(value, list) else ():
        _check_numbers(part)


def names_apart(packs: Iterable[tuple[str, Path]]) -> list[str]:
    """Return the names of packs, with their folders where several have the same.

    Args:
        packs: name and folder of each.
    """
    known = list(packs)
    counts = Counter(name for name, _ in known)
    return [
        f"{name} ({display_path(folder)})" if counts[name] > 1 else name for name, folder in known
    ]
