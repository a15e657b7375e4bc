"""Video and audio files; the only package that imports PyAV and soundfile."""
