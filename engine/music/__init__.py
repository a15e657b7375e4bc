"""Listening: from a file with sound to MusicFeatures."""
