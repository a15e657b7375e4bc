"""Saves a fitted system as two networks, the embedded catalogue, and a manifest of what it is.

For data whose pictures aren't described as the app describes clips, such as the reference data, a
matching pack can't be made: the app couldn't read a clip. These files serve research instead. With
onnxruntime and numpy alone:

    video = onnxruntime.InferenceSession("video.onnx").run(None, {"features": pictures})[0]
    scores = video @ numpy.load("tracks.npy").T

- `video.onnx`, `music.onnx`: features (n, F) to embeddings (n, d) of length 1.
- `tracks.npy`: float32 (n_tracks, d), the catalogue of the uploaders' pairs, in its order.
- `manifest.json`: kind "encoders"; `extra` has the system, its settings, the genres, and how each
  fit went.
"""

import io
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from engine.encoders.pack_manifest import PackManifest, save_manifest, sha256_of
from engine.encoders.session import OnnxModel
from engine.files import replacing_folder
from engine.training.data.benchmark_data import TrainingData
from engine.training.method.onnx_export import MUSIC_OUTPUTS, Parity, export_encoders
from engine.training.method.training_config import TrainingConfig
from engine.training.systems.members import Member

ENCODERS_KIND: Final = "encoders"
VIDEO, MUSIC, TRACKS = "video.onnx", "music.onnx", "tracks.npy"
_CHUNK = 4096


@dataclass(frozen=True, slots=True, eq=False)
class FittedSystem:
    """A system after its fit.

    Attributes:
        name: of the registry.
        members: of the ensemble.
        data: what they learnt from.
        config: their settings; each member added its number to the seed.
    """

    name: str
    members: Sequence[Member]
    data: TrainingData
    config: TrainingConfig


def write_encoders(out: Path, fitted: FittedSystem) -> Parity:
    """Write the files into a folder, all or none; an existing folder is replaced.

    Args:
        out: the folder; its name becomes the id.
        fitted: the system.

    Returns:
        How well torch and onnxruntime agree.

    Raises:
        TrainingError: when the system ranks by more than two encoders, or they can't be exported.
        ExportError: when the folder can't be written.
    """
    joined, catalogue = fitted.data.joined(), fitted.data.catalogue
    video, music, parity = export_encoders([one.student for one in fitted.members], joined)
    tracks = _embedded(music, catalogue.music_vectors)
    buffer = io.BytesIO()
    np.save(buffer, tracks, allow_pickle=False)
    files = {VIDEO: video, MUSIC: music, TRACKS: buffer.getvalue()}
    lengths = {VIDEO: joined.video_vectors.shape[1], MUSIC: joined.music_vectors.shape[1]}
    digests = {name: sha256_of(data) for name, data in files.items()}
    manifest = PackManifest(
        id=out.name,
        kind=ENCODERS_KIND,
        version="1",
        files=digests,
        inputs={name: {"features": ("n", length)} for name, length in lengths.items()},
        outputs={name: {MUSIC_OUTPUTS[0]: ("n", tracks.shape[1])} for name in lengths},
        training_data=joined.origin or "unknown",
        licence="MIT",
        feature_versions={"video": joined.video_version, "music": joined.music_version},
        embedding_space=f"{out.name}:{digests[VIDEO][:8]}",
        extra={
            "system": fitted.name,
            "training": fitted.config.as_dict(),
            "genres": list(catalogue.genre_names),
            "n_ugc_pairs": fitted.data.ugc.n_pairs,
            "n_pgc_pairs": 0 if fitted.data.pgc is None else fitted.data.pgc.n_pairs,
            "parity": asdict(parity),
            "fits": [
                {"member": number, "role": one.role, **asdict(one.fit)}
                for number, member in enumerate(fitted.members)
                for one in member.fits
            ],
        },
    )
    with replacing_folder(out) as folder:
        for name, data in files.items():
            (folder / name).write_bytes(data)
        save_manifest(folder, manifest)
    return parity


def _embedded(network: bytes, vectors: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    model = OnnxModel(network, Path(MUSIC))
    parts = [
        model.run(features=vectors[start : start + _CHUNK])[MUSIC_OUTPUTS[0]]
        for start in range(0, len(vectors), _CHUNK)
    ]
    return np.concatenate(parts).astype(np.float32)
