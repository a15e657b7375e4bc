"""Networks of packs from somewhere else, run in a process of their own.

A network that passes `engine.encoders.onnx_check` still may take hours or gigabytes, or crash
onnxruntime. So it is loaded, tried and run in a worker process with limits, which is killed when
it exceeds them, or when the user stops the program.
"""

import importlib
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from engine.encoders.onnx_check import MAX_BYTES
from engine.encoders.pack_manifest import PackManifest, Shape, find_file, reinstall
from engine.encoders.session import FRAMES_RANK, OnnxModel, open_model
from engine.errors import DecoderCrashed, PackError, SoundbedError, display_path
from engine.limits import processor_s, running_networks
from engine.media.worker import WorkerPool
from engine.translation import tr

T = TypeVar("T")

Arrays = dict[str, npt.NDArray[Any]]

# Beside the largest networks for matching, a hundred times ours.
_MAX_NETWORK_BYTES: Final = 64 * 2**20


class Network(Protocol):
    """A network that can be run, in this process or in another."""

    def run(self, **inputs: npt.NDArray[Any]) -> Arrays:
        """Return every output by name, for inputs given by name."""


@dataclass(frozen=True, slots=True)
class NetworkSource:
    """A network of a pack, as the worker finds it.

    Attributes:
        folder: of the pack.
        manifest: what the worker needs of the manifest: this file alone.
        name: of the file.
        limit_bytes: of the file.
        call_s: processor time of one call.
    """

    folder: Path
    manifest: PackManifest
    name: str
    limit_bytes: int
    call_s: int

    @property
    def path(self) -> Path:
        """Its file."""
        return self.folder / self.name

    def __hash__(self) -> int:
        return hash((self.folder, self.name, self.manifest.files[self.name]))


class IsolatedNetworks:
    """The networks of one pack, in one worker process.

    Args:
        folder: of the pack.
        manifest: of the pack.
        names: of the .onnx files.

    Raises:
        PackError: when a file is missing or too large.

    Attributes:
        sources: the networks by name, as the worker finds them.
    """

    def __init__(self, folder: Path, manifest: PackManifest, names: Iterable[str]) -> None:
        sizes = {name: find_file(folder, manifest, name).stat().st_size for name in names}
        for name, size in sizes.items():
            if size > _MAX_NETWORK_BYTES:
                raise PackError(
                    tr("this network is too large for a model pack."),
                    path=folder / name,
                    remedy=reinstall(),
                )
        self.sources = {
            name: NetworkSource(
                folder, _part(manifest, name), name, _MAX_NETWORK_BYTES, processor_s(size)
            )
            for name, size in sizes.items()
        }
        self._limits = running_networks(sum(sizes.values()))
        self._pool = WorkerPool(1)
        self._turn = threading.Lock()
        weakref.finalize(self, self._pool.close)

    def close(self) -> None:
        """End the worker; a later call starts another."""
        self._pool.close()

    def networks(self) -> dict[str, Network]:
        """Return the networks by name."""
        return {name: _IsolatedNetwork(self, source) for name, source in self.sources.items()}

    def check(self) -> None:
        """Load all networks and run each once, on numbers between 0 and 1.

        Raises:
            PackError: when one can't be used, or returns something else than the manifest says.
        """
        for source in self.sources.values():
            self.perform(try_network, source)

    def perform(self, function: Callable[..., T], source: NetworkSource, *args: Any) -> T:
        """Run a function of this module in the worker.

        Raises:
            PackError: when it raises that, or exceeds the limits, or crashes.
        """
        with self._turn:
            tasks = [(source.path, (source, *args))]
            ((_, result),) = self._pool.map_unordered(function, tasks, self._limits)
        return _checked(result, source.path)


class _IsolatedNetwork:
    """One network in a worker process."""

    def __init__(self, owner: IsolatedNetworks, source: NetworkSource) -> None:
        self._owner = owner
        self._source = source

    def run(self, **inputs: npt.NDArray[Any]) -> Arrays:
        """Return every output by name, for inputs given by name."""
        return self._owner.perform(run_network, self._source, inputs)


def check_large_network(folder: Path, manifest: PackManifest, name: str) -> None:
    """Load a network of any size in a worker process and run it once; it is not kept.

    Args:
        folder: of the pack.
        manifest: of the pack.
        name: of the .onnx file.

    Raises:
        PackError: as in `IsolatedNetworks.check`.
    """
    n_bytes = find_file(folder, manifest, name).stat().st_size
    part = _part(manifest, name)
    _check_once(NetworkSource(folder, part, name, MAX_BYTES, processor_s(n_bytes)), n_bytes)


@lru_cache(maxsize=16)
def _check_once(source: NetworkSource, n_bytes: int) -> None:
    with WorkerPool(1) as pool:
        limits = running_networks(n_bytes, pictures=True)
        ((_, result),) = pool.map_unordered(try_network, [(source.path, (source,))], limits)
    _checked(result, source.path)


def try_network(source: NetworkSource) -> None:
    """Load a network and run it once; called in the worker.

    Raises:
        PackError: when it can't be used, or returns something else than the manifest says.
    """
    limit_processor_time(source.call_s)
    model = _model(source)
    declared = source.manifest.inputs[source.name]
    random = np.random.default_rng(0)
    inputs: Arrays = {}
    for name, shape in declared.items():
        values = random.random(_one_row(shape), dtype=np.float32)
        is_picture = len(shape) == FRAMES_RANK
        inputs[name] = (255 * values).astype(np.uint8) if is_picture else values
    found = _run(source, model, inputs)
    for name, shape in source.manifest.outputs[source.name].items():
        values = found[name]
        expected = _one_row(shape)
        if values.dtype != np.float32 or values.shape != expected:
            raise _unusable(
                source, f"its output “{name}” is {values.dtype} {values.shape}, not {expected}"
            )
        if not np.isfinite(values).all():
            raise _unusable(source, f"its output “{name}” isn't finite")


def run_network(source: NetworkSource, inputs: Arrays) -> Arrays:
    """Run a network; called in the worker.

    Raises:
        PackError: when it can't be run.
    """
    limit_processor_time(source.call_s)
    return _run(source, _model(source), inputs)


def _run(source: NetworkSource, model: OnnxModel, inputs: Arrays) -> Arrays:
    try:
        found = model.run(**inputs)
    # onnxruntime's errors have no other common base class.
    except Exception as error:
        raise _unusable(source, f"running it fails: {type(error).__name__}") from error
    for name, values in found.items():
        if not isinstance(values, np.ndarray) or values.dtype.hasobject:
            raise _unusable(source, f"its output “{name}” isn't a tensor of numbers")
    return found


@lru_cache(maxsize=16)
def _model(source: NetworkSource) -> OnnxModel:
    return open_model(
        source.folder, source.manifest, source.name, n_threads=1, limit_bytes=source.limit_bytes
    )


def limit_processor_time(seconds: int) -> None:
    """Let the system end this process when the call takes longer (not on Windows)."""
    if sys.platform == "win32":
        return
    resource = importlib.import_module("resource")
    # Without this, the system may write all memory of a killed process to the disk.
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + seconds + 1, hard))


def _part(manifest: PackManifest, name: str) -> PackManifest:
    """Return the manifest with one file alone: it is sent to the worker with each call."""
    return PackManifest(
        id=manifest.id,
        kind=manifest.kind,
        version=manifest.version,
        files={name: manifest.files[name]},
        inputs={name: manifest.inputs.get(name, {})},
        outputs={name: manifest.outputs.get(name, {})},
        training_data="-",
        licence="-",
    )


def _one_row(shape: Shape) -> tuple[int, ...]:
    """Return a declared shape with 1 for each length that may be any."""
    return tuple(length if isinstance(length, int) else 1 for length in shape)


def _checked(result: T | SoundbedError, path: Path) -> T:
    """Return what the worker returned; raise what it raised."""
    if isinstance(result, DecoderCrashed):
        raise PackError(
            tr("this network crashed, or needed more time or memory than a model pack may use."),
            path=path,
            remedy=_another(),
        ) from result
    if isinstance(result, SoundbedError):
        raise result
    return result


def _unusable(source: NetworkSource, reason: str) -> PackError:
    return PackError(
        tr("this network of the model pack can't be used ({reason}).").format(
            reason=display_path(" ".join(reason.split())[:200])
        ),
        path=source.path,
        remedy=_another(),
    )


def _another() -> str:
    return tr("Use another model pack, or ask the maker of this one to correct it.")
