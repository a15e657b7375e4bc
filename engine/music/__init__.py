"""Music analysis: from a file with sound to `MusicFeatures`."""
