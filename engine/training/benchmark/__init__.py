"""One benchmark for every system: data, runner, results, search and figures."""

import os

from engine.paths import cache_dir

# Read when matplotlib is first imported: its list of fonts belongs to our cache, not to the
# user's home.
os.environ.setdefault("MPLCONFIGDIR", str(cache_dir() / "matplotlib"))
