"""Fit the text expert and write its pack, assets/models/words.

    python packaging/build_words.py [--out FOLDER]

Needs the extra "train", as onnx writes the network. Takes a minute; run it again when
packaging/wants/sentences.csv, the axes of wants or the sentence network change.
"""

import argparse
from pathlib import Path

import numpy as np

from engine import files
from engine.encoders.pack_manifest import PackManifest, save_manifest, sha256_of
from engine.encoders.sentences import SentenceEncoder, network_version
from engine.encoders.session import OnnxModel
from engine.encoders.text import NETWORK, PACK, PACK_KIND
from engine.encoders.wants import AXES, N_AXES
from wants.words import TextHead, fit_words, read_sentences

ROOT = Path(__file__).resolve().parents[1]
# Of the mean; the head's known sentences are stored with half precision.
_MOST_DIFFERENCE = 2e-3


def main() -> None:
    """Build the pack."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=ROOT / "assets" / "models" / PACK)
    write_pack(parser.parse_args().out)


def write_pack(out: Path) -> None:
    """Fit the expert and write it to a folder."""
    sentences = read_sentences()
    embeddings = SentenceEncoder.load().embed(sentences.texts)
    head = fit_words(embeddings, sentences)
    data = head.to_onnx()
    parity = difference(head, data, embeddings[:200])
    if parity > _MOST_DIFFERENCE:
        raise SystemExit(f"The exported expert differs by {parity:.1e}.")
    files.write_bytes(out / NETWORK, data)
    manifest = PackManifest(
        id=PACK,
        kind=PACK_KIND,
        version="1",
        files={NETWORK: sha256_of(data)},
        inputs={NETWORK: {"sentence": ("n", embeddings.shape[1])}},
        outputs={NETWORK: dict.fromkeys(("mean", "precision"), ("n", N_AXES))},
        feature_versions={"sentences": network_version()},
        training_data=f"{len(sentences.texts)} phrases with what music they ask for, "
        "written for this by a language model, not by people.",
        licence="MIT",
        extra={
            "axes": list(AXES),
            "variance": [round(float(value), 5) for value in head.variance],
            "certainty": {
                "strength": head.certainty.strength,
                "middle": round(head.certainty.middle, 3),
                "width": head.certainty.width,
            },
            "parity": round(parity, 6),
        },
    )
    save_manifest(out, manifest)


def difference(head: TextHead, data: bytes, sentences: np.ndarray) -> float:
    """Return the largest difference between the means of a head and of its exported network."""
    exported = OnnxModel(data, Path(NETWORK)).run(sentence=sentences)
    return float(np.abs(exported["mean"] - head.predict(sentences)[0]).max())


if __name__ == "__main__":
    main()
