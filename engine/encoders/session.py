"""Load and run a pack's networks; the only module that imports onnxruntime."""

from pathlib import Path
from typing import Any

import numpy.typing as npt

from engine.encoders.pack_manifest import PackManifest, read_file, reinstall
from engine.errors import PackError
from engine.limits import n_cores
from engine.translation import tr

_LOG_FATAL_ONLY = 4


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


def open_model(
    folder: Path, manifest: PackManifest, name: str, n_threads: int | None = None
) -> OnnxModel:
    """Load a network of a pack.

    Args:
        folder: the pack's folder.
        manifest: its manifest.
        name: of the .onnx file.
        n_threads: see `OnnxModel`.

    Raises:
        PackError: when the file is missing, edited or damaged, or its inputs or outputs differ
            from the manifest.
    """
    path = folder / name
    model = OnnxModel(read_file(folder, manifest, name), path, n_threads)
    declared = (manifest.inputs.get(name, {}), manifest.outputs.get(name, {}))
    if set(declared[0]) != set(model.input_names) or set(declared[1]) != set(model.output_names):
        raise PackError(
            tr("the model file's inputs and outputs differ from its manifest."),
            path=path,
            remedy=reinstall(),
        )
    return model


def available_providers() -> tuple[str, ...]:
    """Return the execution providers of this onnxruntime; the app uses the CPU."""
    import onnxruntime

    return tuple(onnxruntime.get_available_providers())
