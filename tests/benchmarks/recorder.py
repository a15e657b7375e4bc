"""A PulseAudio null sink for benchmarks, and its recording."""

import os
import shutil
import subprocess
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]


class Recorder:
    """A PulseAudio server with a null sink, and a recording of what that plays."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "recorded.raw"
        os.environ["XDG_RUNTIME_DIR"] = str(folder)
        os.environ.pop("PULSE_SERVER", None)
        sink = "module-null-sink sink_name=null rate=48000 format=float32le"
        modules = ["-L", sink, "-L", "module-native-protocol-unix"]
        options = ["-n", "--daemonize=no", "--exit-idle-time=-1"]
        # The server and the recorder come first where that is allowed: what is measured is ours.
        first = ["chrt", "--rr", "2"] if os.geteuid() == 0 and shutil.which("chrt") else []
        self._server = subprocess.Popen(
            ["pulseaudio", *options, *modules], stderr=subprocess.DEVNULL
        )
        time.sleep(2.0)
        if first:
            # Later than by starting it so: it sets the priority of its main thread itself.
            subprocess.run(["chrt", "--all-tasks", "--rr", "--pid", "2", str(self._server.pid)])
        wav = ["--format=float32le", "--rate=48000", "--channels=2", "--latency-msec=50", "--raw"]
        self._recording = subprocess.Popen(
            [*first, "parec", "--device=null.monitor", *wav, str(self._path)]
        )

    @property
    def n_samples(self) -> int:
        """How much has been recorded."""
        return self._path.stat().st_size // 8

    def samples(self) -> Samples:
        """Return the left channel of all that was recorded."""
        return np.fromfile(self._path, np.float32).reshape(-1, 2)[:, 0]

    def close(self) -> None:
        """End the server."""
        for process in (self._recording, self._server):
            process.terminate()
            process.wait()
