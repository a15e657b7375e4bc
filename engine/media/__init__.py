"""Picture and sound files: the only home of PyAV and soundfile."""
