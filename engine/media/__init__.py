"""Video and audio files: the only home of PyAV and soundfile."""
