"""Music of Debian's games whose licence lets anybody use it in a video."""
