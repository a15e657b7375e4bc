"""Exporting the result: video, WAV, timeline, credits."""
