"""Load and run a pack's networks; the only module that imports onnxruntime."""

from pathlib import Path
from typing import Any

import numpy.typing as npt

from engine.encoders.onnx_check import FLOAT, MAX_BYTES, UINT8, NetworkSummary, check_network
from engine.encoders.pack_manifest import PackManifest, is_bundled, read_file, reinstall
from engine.errors import PackError, display_path
from engine.limits import n_cores
from engine.translation import tr

_LOG_FATAL_ONLY = 4
# (n, height, width, colours)
FRAMES_RANK = 4


class OnnxModel:
    """A loaded network.

    Args:
        data: the ONNX file.
        path: of the file, for messages.
        n_threads: threads per operation; by default one per core (`n_cores`).

    Raises:
        PackError: when onnxruntime can't load the network.
    """

    def __init__(self, data: bytes, path: Path, n_threads: int | None = None) -> None:
        # Importing onnxruntime takes longer than most commands: only do it when a network runs.
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = n_cores() if n_threads is None else n_threads
        options.inter_op_num_threads = 1
        options.log_severity_level = _LOG_FATAL_ONLY
        # Idle threads sleep instead of spinning: decoding and the window need the cores.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        # Never onnxruntime's own format, which isn't checked.
        options.add_session_config_entry("session.load_model_format", "ONNX")
        try:
            self._session: Any = onnxruntime.InferenceSession(
                data, options, providers=["CPUExecutionProvider"]
            )
        # onnxruntime's errors have no other common base class.
        except Exception as error:
            raise PackError(
                tr("the model file can't be loaded."), path=path, remedy=reinstall()
            ) from error
        self.input_names = tuple(value.name for value in self._session.get_inputs())
        self.output_names = tuple(value.name for value in self._session.get_outputs())

    def run(self, **inputs: npt.NDArray[Any]) -> dict[str, npt.NDArray[Any]]:
        """Return every output by name, for inputs given by name."""
        return dict(zip(self.output_names, self._session.run(None, inputs), strict=True))


def read_network(
    folder: Path, manifest: PackManifest, name: str, limit_bytes: int = MAX_BYTES
) -> bytes:
    """Return the file of a network, checked as `open_model` does; nothing is loaded.

    Args, Raises: see there.
    """
    data = read_file(folder, manifest, name, limit_bytes)
    if not is_bundled(folder):
        try:
            _check_tensors(check_network(data), manifest, name)
        except ValueError as error:
            raise PackError(
                tr("this network of the model pack isn't allowed ({reason}).").format(
                    reason=display_path(str(error))
                ),
                path=folder / name,
                remedy=tr("Use another model pack, or ask the maker of this one to correct it."),
            ) from error
    return data


def open_model(
    folder: Path,
    manifest: PackManifest,
    name: str,
    n_threads: int | None = None,
    limit_bytes: int = MAX_BYTES,
) -> OnnxModel:
    """Load a network of a pack into this process.

    Only bundled packs are used directly; others in a worker process (`engine.encoders.isolated`).

    Args:
        folder: the pack's folder.
        manifest: its manifest.
        name: of the .onnx file.
        n_threads: see `OnnxModel`.
        limit_bytes: of the file.

    Raises:
        PackError: when the file is missing, edited or damaged, its inputs or outputs differ
            from the manifest, or it isn't bundled and has operators or data that aren't allowed.
    """
    path = folder / name
    data = read_network(folder, manifest, name, limit_bytes)
    model = OnnxModel(data, path, n_threads)
    declared = (manifest.inputs.get(name, {}), manifest.outputs.get(name, {}))
    if set(declared[0]) != set(model.input_names) or set(declared[1]) != set(model.output_names):
        raise PackError(
            tr("the model file's inputs and outputs differ from its manifest."),
            path=path,
            remedy=reinstall(),
        )
    return model


def _check_tensors(found: NetworkSummary, manifest: PackManifest, file: str) -> None:
    """Raise ValueError when a network's inputs or outputs aren't those that the manifest states."""
    for kind, tensors, declared in (
        ("input", found.inputs, manifest.inputs.get(file, {})),
        ("output", found.outputs, manifest.outputs.get(file, {})),
    ):
        for name, shape in declared.items():
            if name not in tensors:
                raise ValueError(f"it has no {kind} “{name}”")
            tensor = tensors[name]
            # Frames are pictures; anything else is given and returned as float32.
            needed = UINT8 if kind == "input" and len(shape) == FRAMES_RANK else FLOAT
            if tensor.data_type != needed:
                raise ValueError(f"its {kind} “{name}” is of the type {tensor.type_name}")
            lengths = zip(tensor.shape, shape, strict=False)
            if len(tensor.shape) != len(shape) or any(
                isinstance(stated, int) and length not in (None, stated)
                for length, stated in lengths
            ):
                raise ValueError(f"its {kind} “{name}” has another shape than its manifest says")


def available_providers() -> tuple[str, ...]:
    """Return the execution providers of this onnxruntime; the app uses the CPU."""
    import onnxruntime

    return tuple(onnxruntime.get_available_providers())
