"""Music of Debian's games whose licence allows anybody to use it in a video."""
