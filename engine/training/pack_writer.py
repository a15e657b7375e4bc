"""Writes a matching pack: the picture's experts on the wants, and the students' networks."""

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.encoders.matching import BANK, CONTENT, DYNAMICS, MUSIC, PACK_KIND, VIDEO
from engine.encoders.pack_fingerprints import FINGERPRINTS, SeenClips
from engine.encoders.pack_manifest import (
    CARD,
    PackManifest,
    Shape,
    load_manifest,
    read_file,
    save_manifest,
    sha256_of,
)
from engine.encoders.score_weights import N_EMBEDDING, N_LEARNED
from engine.training.data.pairs import PairSet
from engine.training.method.onnx_export import VIDEO_OUTPUTS, Networks

Float32Array = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class PictureParts:
    """The part of a pack that reads a picture's wants.

    Attributes:
        content, dynamics: networks, see `engine.encoders.matching`.
        tensors: inputs and outputs of each network, by file name.
        extra: the manifest's entries axes, prior, scenes, score and fit.
        training_data: what they learnt from, in one sentence.
    """

    content: bytes
    dynamics: bytes
    tensors: Mapping[str, tuple[Mapping[str, Shape], Mapping[str, Shape]]]
    extra: Mapping[str, Any]
    training_data: str

    @classmethod
    def of_pack(cls, folder: Path) -> "PictureParts":
        """Return the parts of an existing pack.

        Raises:
            PackError: when it is damaged.
        """
        manifest = load_manifest(folder)
        names = ("axes", "prior", "scenes", "score", "fit")
        return cls(
            read_file(folder, manifest, CONTENT),
            read_file(folder, manifest, DYNAMICS),
            {name: (manifest.inputs[name], manifest.outputs[name]) for name in (CONTENT, DYNAMICS)},
            {name: manifest.extra[name] for name in names},
            str(manifest.extra["wants_data"]),
        )


@dataclass(frozen=True, slots=True, eq=False)
class PackContents:
    """All that makes a pack.

    Attributes:
        id: its name.
        picture: see there.
        networks: the students as networks.
        card: text of the model card.
        extra: further entries of the manifest.
        seen: the clips that it learnt from.
    """

    id: str
    picture: PictureParts
    networks: Networks
    card: str
    extra: Mapping[str, Any]
    seen: SeenClips


def write_pack(folder: Path, contents: PackContents, pairs: PairSet, bank: Float32Array) -> None:
    """Write a pack into an existing folder; the caller moves it into place when it is complete.

    Args:
        folder: of the pack.
        contents: what goes into it.
        pairs: what the students learnt from.
        bank: float32 (n, 128), queries of reference clips.
    """
    picture, networks = contents.picture, contents.networks
    files = {
        CONTENT: picture.content,
        DYNAMICS: picture.dynamics,
        VIDEO: networks.video,
        MUSIC: networks.music,
        BANK: _npy(bank),
        CARD: contents.card.encode("utf-8"),
        FINGERPRINTS: contents.seen.to_bytes(),
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
    lengths = {VIDEO: pairs.video_vectors.shape[1], MUSIC: pairs.music_vectors.shape[1]}
    inputs: dict[str, Mapping[str, Shape]] = {
        name: {"features": ("n", length)} for name, length in lengths.items()
    }
    outputs: dict[str, Mapping[str, Shape]] = {
        VIDEO: dict.fromkeys(VIDEO_OUTPUTS, ("n", N_LEARNED)),
        MUSIC: {"embedding": ("n", N_LEARNED)},
    }
    for name, (of_input, of_output) in picture.tensors.items():
        inputs[name], outputs[name] = of_input, of_output
    manifest = PackManifest(
        id=contents.id,
        kind=PACK_KIND,
        version="1",
        files={name: sha256_of(data) for name, data in files.items()},
        inputs=inputs,
        outputs=outputs,
        training_data=f"{pairs.origin}; {picture.training_data}",
        licence="MIT",
        feature_versions={"video": pairs.video_version, "music": pairs.music_version},
        embedding_space=_space(contents, files),
        extra={
            "genres": list(pairs.genre_names),
            "taste": networks.taste,
            "parity": {"video": networks.parity.video, "music": networks.parity.music},
            **picture.extra,
            "wants_data": picture.training_data,
            **contents.extra,
        },
    )
    save_manifest(folder, manifest)


def replace_bank(folder: Path, bank: Float32Array) -> None:
    """Put another bank into a pack that is being written; its space becomes another one."""
    manifest = load_manifest(folder)
    data = _npy(bank)
    (folder / BANK).write_bytes(data)
    digest = hashlib.sha256(f"{manifest.embedding_space}".encode() + data).hexdigest()
    save_manifest(
        folder,
        replace(
            manifest,
            files={**manifest.files, BANK: sha256_of(data)},
            embedding_space=f"{manifest.id}:{digest[:8]}",
        ),
    )


def empty_bank() -> Float32Array:
    """Return a bank that corrects nothing, for a pack whose bank isn't made yet."""
    return np.zeros((1, N_EMBEDDING), np.float32)


def _space(contents: PackContents, files: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name in (CONTENT, DYNAMICS, VIDEO, MUSIC, BANK):
        digest.update(files[name])
    digest.update(repr(sorted(contents.picture.extra["score"].items())).encode())
    return f"{contents.id}:{digest.hexdigest()[:8]}"


def _npy(bank: Float32Array) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, bank.astype(np.float16), allow_pickle=False)
    return buffer.getvalue()
