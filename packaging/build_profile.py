"""Build the profile pack: genre, mood, valence and arousal heads on the features of music.

    python packaging/build_profile.py [--data FOLDER] [--library FOLDER] [--out FOLDER]
                                      [--cache FOLDER]

The moods, valence and arousal are trained on Emotify (320 rated pieces) and on the music of 100
music videos with one of six emotions; the genres by a table of evidence over musicnn's tags,
corrected by Emotify's four genres and by the bundled tracks, which this project composed. The
scales are set by Emotify, the music videos and micro-videos, without labels. None of the
recordings is part of the project. Prints the results on held-out pieces. Needs the extra "train".
"""

import argparse
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from engine import files
from engine.encoders.pack_manifest import PackManifest, save_manifest, sha256_of
from engine.encoders.session import OnnxModel
from engine.music.vector import VECTOR_LENGTH, VERSION
from engine.training.data.features_cache import default_cache
from heads.data import Music, fit_heads, read_music
from heads.genre import COLUMNS, GENRES, GenreHead
from heads.held_out import UNSURE_BELOW, cross_validate
from heads.mood import MOODS, TARGETS, MoodHead

ROOT = Path(__file__).resolve().parents[1]

MODEL = "profile.onnx"
PARITY_TOLERANCE = 1e-4
OUTPUTS = {"genres": len(GENRES), "moods": len(MOODS), "affect": len(TARGETS) - len(MOODS)}


def to_onnx(genre_head: GenreHead, mood_head: MoodHead) -> bytes:
    """Return both heads as one network.

    Its input is features (n, D); its outputs are genres (n, 14), moods (n, 10) and affect (n, 2),
    which is valence and arousal.
    """
    genre_weights = np.zeros((VECTOR_LENGTH, len(GENRES)))
    genre_weights[COLUMNS] = (genre_head.weights / genre_head.deviation).T
    genre_bias = genre_head.biases - genre_head.mean @ genre_weights[COLUMNS]
    constants = {
        "genre_weights": genre_weights,
        "genre_bias": genre_bias,
        "mood_mean": mood_head.mean,
        "mood_weights": mood_head.weights[: len(MOODS)].T,
        "affect_weights": mood_head.weights[len(MOODS) :].T,
    }
    graph = helper.make_graph(
        [
            helper.make_node("Gemm", ["features", "genre_weights", "genre_bias"], ["logits"]),
            helper.make_node("Softmax", ["logits"], ["genres"], axis=1),
            helper.make_node("Sub", ["features", "mood_mean"], ["centred"]),
            helper.make_node("MatMul", ["centred", "mood_weights"], ["moods"]),
            helper.make_node("MatMul", ["centred", "affect_weights"], ["affect"]),
        ],
        "profile",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["n", VECTOR_LENGTH])],
        [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", width])
            for name, width in OUTPUTS.items()
        ],
        [
            numpy_helper.from_array(values.astype(np.float32), name)
            for name, values in constants.items()
        ],
    )
    model = helper.make_model(
        graph,
        producer_name="soundbed",
        opset_imports=[helper.make_opsetid("", 18)],
        ir_version=onnx.IR_VERSION_2023_5_5,
    )
    onnx.checker.check_model(model, full_check=True)
    return bytes(model.SerializeToString(deterministic=True))


def parity(
    data: bytes, genre_head: GenreHead, mood_head: MoodHead, vectors: npt.NDArray[np.float32]
) -> float:
    """Return the largest difference between the network and numpy.

    Raises:
        SystemExit: when it is above the tolerance.
    """
    found = OnnxModel(data, Path(MODEL)).run(features=vectors)
    moods = np.concatenate([found["moods"], found["affect"]], axis=1)
    difference = max(
        float(np.abs(found["genres"] - genre_head.probabilities(vectors)).max()),
        float(np.abs(moods - mood_head.scores(vectors)).max()),
    )
    if not difference <= PARITY_TOLERANCE:
        raise SystemExit(f"numpy and onnxruntime disagree by {difference:.1e}")
    return difference


def write_pack(folder: Path, music: Music, held_out: dict[str, float]) -> None:
    """Fit the heads to all music and write the pack.

    Args:
        folder: of the pack.
        music: all of it.
        held_out: the results on held-out pieces.
    """
    genre_head, mood_head = fit_heads(music)
    data = to_onnx(genre_head, mood_head)
    difference = parity(data, genre_head, mood_head, music.rated.vectors)
    print(f"parity: {difference:.1e}")
    scores = mood_head.scores(np.concatenate([music.rated.vectors, music.scale]))
    means, deviations = scores.mean(axis=0).tolist(), scores.std(axis=0).tolist()
    files.write_bytes(folder / MODEL, data)
    manifest = PackManifest(
        id="profile",
        kind="profile",
        version="2",
        files={MODEL: sha256_of(data)},
        inputs={MODEL: {"features": ("n", VECTOR_LENGTH)}},
        outputs={MODEL: {name: ("n", width) for name, width in OUTPUTS.items()}},
        training_data=(
            "Moods, valence and arousal: Emotify (Aljanaki et al. 2016), "
            f"{len(music.rated.vectors)} real pieces rated by listeners, and the music of "
            f"{len(music.named.vectors)} music videos with one of six emotions (Pandeya et al.). "
            "Genres: a table of evidence over musicnn's tags, corrected by Emotify's four genre "
            f"labels and {len(music.library.genres)} synthetic tracks composed by Soundbed's own "
            f"code. Scales: also the music of {len(music.scale)} music videos and micro-videos, "
            "unlabelled."
        ),
        licence="MIT",
        feature_versions={"music": VERSION},
        extra={
            "genres": list(GENRES),
            "moods": list(MOODS),
            "unsure_below": UNSURE_BELOW,
            "mood_mean": means[: len(MOODS)],
            "mood_deviation": deviations[: len(MOODS)],
            "affect_mean": means[len(MOODS) :],
            "affect_deviation": deviations[len(MOODS) :],
            "parity": difference,
            "held_out": held_out,
        },
    )
    save_manifest(folder, manifest)


def main() -> None:
    """Build the pack."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared/data")
    parser.add_argument("--library", type=Path, default=ROOT / "assets/library")
    parser.add_argument("--out", type=Path, default=ROOT / "assets/models/profile")
    parser.add_argument("--cache", type=Path, default=default_cache())
    arguments = parser.parse_args()
    music = read_music(arguments.data, arguments.library, arguments.cache)
    held_out = cross_validate(music)
    for name, value in held_out.items():
        print(f"{name}: {value}")
    write_pack(arguments.out, music, held_out)


if __name__ == "__main__":
    main()
