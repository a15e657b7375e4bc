"""The only home of onnxruntime: opens a pack's network and runs it."""

from pathlib import Path
from typing import Any

import numpy.typing as npt

from engine.encoders.manifest import PackManifest, read_file, reinstall
from engine.errors import PackError
from engine.limits import n_cores
from engine.translation import tr

_LOG_FATAL_ONLY = 4


class OnnxModel:
    """A loaded network.

    Args:
        data: the ONNX file.
        path: where it came from, for messages.
        n_threads: threads within one operation; None for one per core (`n_cores`).

    Raises:
        PackError: the bytes are no network that onnxruntime can load.
    """

    def __init__(self, data: bytes, path: Path, n_threads: int | None = None) -> None:
        # Loading onnxruntime takes longer than most commands: only who runs a network waits.
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = n_cores() if n_threads is None else n_threads
        options.inter_op_num_threads = 1
        options.log_severity_level = _LOG_FATAL_ONLY
        # Waiting threads sleep instead of spinning: decoding and the window need the cores.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._session: Any = onnxruntime.InferenceSession(
                data, options, providers=["CPUExecutionProvider"]
            )
        # onnxruntime's own errors share no base class but Exception.
        except Exception as error:
            raise PackError(
                tr("the model file can't be loaded."), path=path, remedy=reinstall()
            ) from error
        self.input_names = tuple(value.name for value in self._session.get_inputs())
        self.output_names = tuple(value.name for value in self._session.get_outputs())

    def run(self, **inputs: npt.NDArray[Any]) -> dict[str, npt.NDArray[Any]]:
        """Return every output by its name; the inputs are given by theirs."""
        return dict(zip(self.output_names, self._session.run(None, inputs), strict=True))


def open_model(
    folder: Path, manifest: PackManifest, name: str, n_threads: int | None = None
) -> OnnxModel:
    """Open a network of a pack.

    Args:
        folder: the pack's folder.
        manifest: its manifest.
        name: the .onnx file's name.
        n_threads: see `OnnxModel`.

    Raises:
        PackError: the file is missing, edited, damaged, or has other inputs or outputs than the
            manifest says.
    """
    path = folder / name
    model = OnnxModel(read_file(folder, manifest, name), path, n_threads)
    declared = (manifest.inputs.get(name, {}), manifest.outputs.get(name, {}))
    if set(declared[0]) != set(model.input_names) or set(declared[1]) != set(model.output_names):
        raise PackError(
            tr("the model file's inputs and outputs aren't those that its manifest names."),
            path=path,
            remedy=reinstall(),
        )
    return model


def available_providers() -> tuple[str, ...]:
    """Return what this onnxruntime could run networks on; the app uses the CPU."""
    import onnxruntime

    return tuple(onnxruntime.get_available_providers())
