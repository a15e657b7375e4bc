"""Build the profile pack: genre and mood heads on the features of music.

    python packaging/build_profile.py [--data FOLDER] [--library FOLDER] [--out FOLDER]
                                      [--cache FOLDER]

The heads are trained on Emotify (320 rated pieces of four genres) and, for the ten genres, also on
the bundled tracks, which this project composed. The scales are set by Emotify and by the music of
music videos and micro-videos, without labels. None of the recordings is part of the project. Prints
the results on held-out pieces. Needs the extra "train".
"""

import argparse
import csv
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from engine import files
from engine.encoders.pack_manifest import PackManifest, save_manifest, sha256_of
from engine.encoders.session import OnnxModel
from engine.music.vector import VECTOR_LENGTH, VERSION
from engine.training.data.features_cache import default_cache, music_features
from heads.genre import GENRES, N_TAG_FEATURES, GenreHead, fit_genres
from heads.mood import EMOTIONS, MOODS, MoodHead, fit_moods, ridge

ROOT = Path(__file__).resolve().parents[1]

MODEL = "profile.onnx"
UNSURE_BELOW = 0.45
GENRE_PRECISION = 10.0
MOOD_PENALTY = 3.0
PARITY_TOLERANCE = 1e-4
# Lower than a bundled track's: 320 pieces of four genres would outweigh the other six genres.
_EMOTIFY_WEIGHT = 0.1
_SCALE_SETS = ("music_videos", "micro_clips")
# Which of the ten genres an Emotify label may mean. Its pop is mostly singer-songwriters, its rock
# includes metal, its electronic music includes ambient.
ADMITTED: dict[str, tuple[str, ...]] = {
    "classical": ("classical",),
    "electronic": ("electronic", "ambient"),
    "pop": ("pop", "folk"),
    "rock": ("pop", "metal"),
}


@dataclass(frozen=True)
class Labelled:
    """Labelled music.

    Attributes:
        vectors: (n, D).
        genres: label of each piece.
        felt: (n, 9), share of listeners who felt each of `EMOTIONS`; (0, 0) where unknown.
    """

    vectors: npt.NDArray[np.float32]
    genres: list[str]
    felt: npt.NDArray[np.float64]


def read_emotify(folder: Path, cache: Path) -> Labelled:
    """Return Emotify's pieces."""
    with (folder / "ratings.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return Labelled(
        np.stack([music_features(folder / row["file"], cache).vector for row in rows]),
        [row["genre"] for row in rows],
        np.array([[float(row[emotion]) for emotion in EMOTIONS] for row in rows]),
    )


def read_library(folder: Path, cache: Path) -> Labelled:
    """Return the bundled tracks, with the one of the ten genres that each score names."""
    scores = json.loads((folder / "scores.json").read_text(encoding="utf-8"))["tracks"]
    vectors = [music_features(folder / "tracks" / one["file"], cache).vector for one in scores]
    return Labelled(
        np.stack(vectors),
        [one.get("taste_genre", one["genre"]) for one in scores],
        np.empty((0, 0)),
    )


def read_scale(data: Path, cache: Path) -> npt.NDArray[np.float32]:
    """Return the vectors (n, D) of the unlabelled music that helps to set the scales."""
    clips = [clip for name in _SCALE_SETS for clip in sorted((data / name).glob("*.mp4"))]
    return np.stack([music_features(clip, cache).vector for clip in clips])


def fit_heads(
    emotify: Labelled, library: Labelled, scale: npt.NDArray[np.float32]
) -> tuple[GenreHead, MoodHead]:
    """Fit both heads."""
    admitted = [ADMITTED[genre] for genre in emotify.genres]
    admitted += [(genre,) for genre in library.genres]
    weights = np.repeat([_EMOTIFY_WEIGHT, 1.0], [len(emotify.genres), len(library.genres)])
    genre_head = fit_genres(
        np.concatenate([emotify.vectors, scale]),
        np.concatenate([emotify.vectors, library.vectors]),
        admitted,
        weights,
        GENRE_PRECISION,
    )
    return genre_head, fit_moods(emotify.vectors, emotify.felt, MOOD_PENALTY)


def to_onnx(genre_head: GenreHead, mood_head: MoodHead) -> bytes:
    """Return both heads as one network: features (n, D) to genres (n, 10) and moods (n, 10)."""
    genre_weights = np.zeros((VECTOR_LENGTH, len(GENRES)))
    genre_weights[:N_TAG_FEATURES] = (genre_head.weights / genre_head.deviation).T
    genre_bias = genre_head.biases - genre_head.mean @ genre_weights[:N_TAG_FEATURES]
    constants = {
        "genre_weights": genre_weights,
        "genre_bias": genre_bias,
        "mood_mean": mood_head.mean,
        "mood_weights": mood_head.weights.T,
    }
    graph = helper.make_graph(
        [
            helper.make_node("Gemm", ["features", "genre_weights", "genre_bias"], ["logits"]),
            helper.make_node("Softmax", ["logits"], ["genres"], axis=1),
            helper.make_node("Sub", ["features", "mood_mean"], ["centred"]),
            helper.make_node("MatMul", ["centred", "mood_weights"], ["moods"]),
        ],
        "profile",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["n", VECTOR_LENGTH])],
        [
            helper.make_tensor_value_info("genres", TensorProto.FLOAT, ["n", len(GENRES)]),
            helper.make_tensor_value_info("moods", TensorProto.FLOAT, ["n", len(MOODS)]),
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
    difference = max(
        float(np.abs(found["genres"] - genre_head.probabilities(vectors)).max()),
        float(np.abs(found["moods"] - mood_head.scores(vectors)).max()),
    )
    if not difference <= PARITY_TOLERANCE:
        raise SystemExit(f"numpy and onnxruntime disagree by {difference:.1e}")
    return difference


def cross_validate(
    emotify: Labelled, library: Labelled, scale: npt.NDArray[np.float32]
) -> dict[str, float]:
    """Return the results on held-out pieces, by 10-fold cross-validation."""
    rng = np.random.default_rng(0)
    folds = rng.permutation(len(emotify.genres)) % 10
    library_folds = rng.permutation(len(library.genres)) % 10
    of_emotify = np.zeros((len(folds), len(GENRES)))
    of_library = np.zeros((len(library_folds), len(GENRES)))
    felt = np.zeros_like(emotify.felt)
    for fold in range(10):
        rest = _part(emotify, folds != fold)
        genre_head, _ = fit_heads(rest, _part(library, library_folds != fold), scale)
        of_emotify[folds == fold] = genre_head.probabilities(emotify.vectors[folds == fold])
        of_library[library_folds == fold] = genre_head.probabilities(
            library.vectors[library_folds == fold]
        )
        targets = np.sqrt(rest.felt)
        mean, weights = ridge(rest.vectors, targets - targets.mean(axis=0), MOOD_PENALTY)
        felt[folds == fold] = (emotify.vectors[folds == fold] - mean) @ weights.T
    results = {}
    for label, admits in ADMITTED.items():
        rows = np.array([genre == label for genre in emotify.genres])
        (
            results[f"emotify {label} named {' or '.join(admits)} (sure)"],
            results[f"emotify {label} unsure"],
        ) = _shares(of_emotify[rows], [admits] * int(rows.sum()))
    admitted: list[tuple[str, ...]] = [(genre,) for genre in library.genres]
    results["bundled tracks named right (sure)"], results["bundled tracks unsure"] = _shares(
        of_library, admitted
    )
    for column, emotion in enumerate(EMOTIONS):
        correlation = np.corrcoef(felt[:, column], emotify.felt[:, column])[0, 1]
        results[f"r of {emotion}"] = float(correlation)
    return {name: round(value, 3) for name, value in results.items()}


def _part(labelled: Labelled, chosen: npt.NDArray[np.bool_]) -> Labelled:
    genres = [genre for genre, kept in zip(labelled.genres, chosen, strict=True) if kept]
    felt = labelled.felt[chosen] if len(labelled.felt) else labelled.felt
    return Labelled(labelled.vectors[chosen], genres, felt)


def _shares(
    probabilities: npt.NDArray[np.float64], admitted: list[tuple[str, ...]]
) -> tuple[float, float]:
    """Return the share of correct pieces among the sure ones, and the share of unsure pieces."""
    sure = probabilities.max(axis=1) >= UNSURE_BELOW
    named = [GENRES[row.argmax()] for row in probabilities]
    right = np.array([name in admits for name, admits in zip(named, admitted, strict=True)])
    return float(right[sure].mean()) if sure.any() else 0.0, float((~sure).mean())


def main() -> None:
    """Build the pack."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared/data")
    parser.add_argument("--library", type=Path, default=ROOT / "assets/library")
    parser.add_argument("--out", type=Path, default=ROOT / "assets/models/profile")
    parser.add_argument("--cache", type=Path, default=default_cache())
    arguments = parser.parse_args()
    emotify = read_emotify(arguments.data / "emotify", arguments.cache)
    scale = read_scale(arguments.data, arguments.cache)
    library = read_library(arguments.library, arguments.cache)
    results = cross_validate(emotify, library, scale)
    for name, value in results.items():
        print(f"{name}: {value}")
    genre_head, mood_head = fit_heads(emotify, library, scale)
    data = to_onnx(genre_head, mood_head)
    difference = parity(data, genre_head, mood_head, emotify.vectors)
    print(f"parity: {difference:.1e}")
    moods = mood_head.scores(np.concatenate([emotify.vectors, scale]))
    files.write_bytes(arguments.out / MODEL, data)
    manifest = PackManifest(
        id="profile",
        kind="profile",
        version="1",
        files={MODEL: sha256_of(data)},
        inputs={MODEL: {"features": ("n", VECTOR_LENGTH)}},
        outputs={MODEL: {"genres": ("n", len(GENRES)), "moods": ("n", len(MOODS))}},
        training_data=(
            "Moods: Emotify (Aljanaki et al. 2016), 320 real pieces rated by listeners. Genres: "
            "a table of evidence over musicnn's tags, corrected by Emotify's four genre labels "
            f"and {len(library.genres)} synthetic tracks composed by Soundbed's own code. Scales: "
            f"also the music of {len(scale)} music videos and micro-videos, unlabelled."
        ),
        licence="MIT",
        feature_versions={"music": VERSION},
        extra={
            "genres": list(GENRES),
            "moods": list(MOODS),
            "unsure_below": UNSURE_BELOW,
            "mood_mean": moods.mean(axis=0).tolist(),
            "mood_deviation": moods.std(axis=0).tolist(),
            "parity": difference,
            "held_out": results,
        },
    )
    save_manifest(arguments.out, manifest)


if __name__ == "__main__":
    main()
