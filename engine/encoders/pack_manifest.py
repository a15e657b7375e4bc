"""The manifest of a model pack."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from engine import files
from engine.errors import PackError
from engine.translation import tr

MANIFEST_NAME = "manifest.json"
FORMAT = 1
Kind = Literal["visual", "audio", "voice", "profile", "sentences", "words", "matching"]
_MAX_MANIFEST_BYTES = 4 * 2**20

# A dimension is a number, or a name for any number.
Shape = tuple[int | str, ...]
Tensors = Mapping[str, Mapping[str, Shape]]
_Text = Annotated[str, msgspec.Meta(min_length=1)]
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

    id: _Text
    kind: Kind
    version: _Text
    files: Mapping[str, _Sha256]
    inputs: Tensors
    outputs: Tensors
    training_data: _Text
    licence: _Text
    feature_versions: Mapping[str, str] = field(default_factory=dict)
    embedding_space: str | None = None
    sources: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in self.files:
            # Packs come from untrusted sources: their files must be in their own folder.
            if name in ("", ".", "..") or any(sign in name for sign in "/\\:\0"):
                raise ValueError(f"{name!r} is not a plain file name")
        for tensors in (self.inputs, self.outputs):
            for name in tensors:
                if name not in self.files:
                    raise ValueError(f"there are tensors for {name}, which isn't among the files")


def load_manifest(folder: Path) -> PackManifest:
    """Read a pack's manifest.

    Raises:
        PackError: when it is missing, damaged, or written by a newer Soundbed.
    """
    path = folder / MANIFEST_NAME
    text = _read(path, limit_bytes=_MAX_MANIFEST_BYTES)
    try:
        values = msgspec.json.decode(text, type=dict[str, Any])
        form = values.pop("format", None)
        if form == FORMAT:
            unknown = set(values) - {row.name for row in fields(PackManifest)}
            if unknown:
                raise ValueError(f"unknown fields: {', '.join(sorted(unknown))}")
            return msgspec.convert(values, PackManifest)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise PackError(
            tr("the model pack's manifest is damaged ({reason}).").format(reason=error),
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


def read_file(folder: Path, manifest: PackManifest, name: str) -> bytes:
    """Return a file of the pack, checked against the manifest.

    Raises:
        PackError: when the file is missing or its sha256 differs.
    """
    path = folder / name
    if name not in manifest.files:
        raise PackError(
            tr("the model pack {id} has no such file.").format(id=manifest.id),
            path=path,
            remedy=reinstall(),
        )
    data = _read(path)
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


def _read(path: Path, limit_bytes: int | None = None) -> bytes:
    if not path.is_file():
        raise PackError(tr("a file of the model pack is missing."), path=path, remedy=reinstall())
    try:
        with path.open("rb") as stream:
            return stream.read(-1 if limit_bytes is None else limit_bytes)
    except OSError as error:
        raise PackError(
            tr("a file of the model pack can't be read ({reason}).").format(
                reason=error.strerror or error
            ),
            path=path,
            remedy=reinstall(),
        ) from error
