"""Silero VAD as a pack: the network of its wheel, unchanged.

The wheel's package itself needs torch; its ONNX file for 16 kHz that takes many frames at once
doesn't, nor has it branches or loops.
"""

from pathlib import Path

from engine import files
from engine.encoders.pack_manifest import PackManifest, Shape, save_manifest, sha256_of
from engine.encoders.voice import CONTEXT_SAMPLES, FRAME_SAMPLES, NETWORK, PACK, PACK_KIND, STATE
from models.wheels import Wheel, fetch, read_member

WHEEL = Wheel(
    distribution="silero-vad",
    version="6.2.3",
    file_name="silero_vad-6.2.3-py3-none-any.whl",
    sha256="7b7f5436cfcb02fae583a05b512ea96467fd449fe54cb49a5e4f06c51a1e43b8",
    licence="MIT",
)
MEMBER = "silero_vad/data/silero_vad_16k_sequence.onnx"

INPUTS: dict[str, Shape] = {"input": ("n", CONTEXT_SAMPLES + FRAME_SAMPLES), "h": STATE, "c": STATE}
OUTPUTS: dict[str, Shape] = {"speech_probs": ("n",), "hn": STATE, "cn": STATE}


def write_pack(wheel_folder: Path, out: Path) -> None:
    """Write the pack silero-vad.

    Args:
        wheel_folder: where wheels are kept.
        out: the pack's folder.
    """
    data = read_member(fetch(WHEEL, wheel_folder), MEMBER)
    files.write_bytes(out / NETWORK, data)
    manifest = PackManifest(
        id=PACK,
        kind=PACK_KIND,
        version=WHEEL.version,
        files={NETWORK: sha256_of(data)},
        inputs={NETWORK: INPUTS},
        outputs={NETWORK: OUTPUTS},
        training_data="Recordings of speech in many languages and of noise, by the Silero team.",
        licence=WHEEL.licence,
        sources={WHEEL.file_name: WHEEL.sha256},
        extra={"input": "16 kHz mono; frames of 512 samples, each after the 64 before it"},
    )
    save_manifest(out, manifest)
