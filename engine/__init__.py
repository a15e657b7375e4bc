"""Soundbed's logic: from a clip to a ranked, playing, exported track, without a window."""

__version__ = "0.1.0"
