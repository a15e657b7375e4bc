"""Import an image encoder as a picture network for Soundbed.

    python packaging/import_network.py vision_model.onnx --id clip-vit-b32 --licence MIT \
        --training-data "LAION-2B, by the authors of OpenCLIP"

The file is an ONNX export of an image encoder, such as CLIP's, that you have downloaded: one input
(pictures as floating-point numbers, or uint8), one embedding per picture, standard operators, its
weights inside. Needs the extra "train".

The result is a pack among your model packs. Its features can't be compared with those of the
bundled network, so a matching pack must be trained with it (`soundbed train --network FOLDER`);
Soundbed then finds the network by itself.
"""

import argparse
import re
import sys
from pathlib import Path

from engine import files
from engine.encoders.pack_manifest import PackManifest, save_manifest, sha256_of
from engine.encoders.visual import PACK_KIND, check_network_pack, network_version
from engine.errors import InputError, SoundbedError
from engine.paths import user_models_dir
from models.imported import NORMALISATIONS, Wishes, Wrapped, wrap


def main() -> int:
    """Import the network; exit code 2 when it can't be used."""
    parser = argparse.ArgumentParser(description="Import an image encoder (ONNX) as a pack.")
    parser.add_argument("file", type=Path, help="the network")
    parser.add_argument("--id", required=True, help="name of the pack, such as clip-vit-b32")
    parser.add_argument("--licence", required=True, help="of the weights, such as MIT")
    parser.add_argument("--training-data", required=True, help="what it was trained on")
    parser.add_argument(
        "--normalise",
        choices=NORMALISATIONS,
        default="clip",
        help="mean and deviation of its input: CLIP's (default), ImageNet's, half (-1..1) or none "
        "(0..1); a network that takes uint8 normalises by itself",
    )
    parser.add_argument("--output", help="name of the embedding, where it has several outputs")
    parser.add_argument("--size", type=int, help="height and width of its pictures, in pixels")
    parser.add_argument("--out", type=Path, help="folder to write; default: among your packs")
    arguments = parser.parse_args()
    wishes = Wishes(arguments.normalise, arguments.output, arguments.size)
    try:
        if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,63}", arguments.id):
            raise InputError("an id has lower-case letters, digits, dots, dashes and underscores.")
        out = arguments.out or user_models_dir() / arguments.id
        if out.exists():
            raise InputError("this folder exists.", path=out, remedy="Remove it or use --out.")
        wrapped = wrap(arguments.file, wishes)
        manifest = manifest_of(wrapped, arguments)
        write_pack(out, wrapped, manifest)
    except SoundbedError as error:
        print(error, file=sys.stderr)
        return 2
    print(
        f"{out}: frames of {wrapped.size} x {wrapped.size}, embeddings of {wrapped.n_features}, "
        f"features {manifest.feature_versions['video']}; differs from the original by at most "
        f"{wrapped.difference:.0e} of its largest number"
    )
    return 0


def manifest_of(wrapped: Wrapped, arguments: argparse.Namespace) -> PackManifest:
    """Return the manifest of an imported network."""
    name = f"{arguments.id}.onnx"
    digest = sha256_of(wrapped.data)
    return PackManifest(
        id=arguments.id,
        kind=PACK_KIND,
        version="1",
        files={name: digest},
        inputs={name: {"frames": ("n", wrapped.size, wrapped.size, 3)}},
        outputs={name: {"embedding": ("n", wrapped.n_features)}},
        feature_versions={"video": network_version(digest)},
        training_data=arguments.training_data,
        licence=arguments.licence,
        sources={arguments.file.name: sha256_of(arguments.file.read_bytes())},
        extra={
            "input": f"uint8 RGB, upright, {wrapped.size} x {wrapped.size}",
            "normalisation": wrapped.normalisation or "in the network",
        },
    )


def write_pack(out: Path, wrapped: Wrapped, manifest: PackManifest) -> None:
    """Write the pack, and try it as the app does."""
    (name,) = manifest.files
    files.write_bytes(out / name, wrapped.data)
    save_manifest(out, manifest)
    check_network_pack(out)


if __name__ == "__main__":
    sys.exit(main())
