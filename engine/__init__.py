"""Soundbed's logic: from a clip to a ranked, playing, exported track, without a window."""

import os

# onnxruntime sends usage data to its maker unless this is set before it is imported. It is set
# here because every process of the program imports this package before onnxruntime:
# the entry points, spawned workers, torchrun's children and Dask's workers, which import the
# function they run by its name. A value that the user set is overridden.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

__version__ = "0.1.0"
