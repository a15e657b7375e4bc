"""Music for all clips of a folder."""
