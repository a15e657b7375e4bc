"""Music packs: one file that carries a folder of music with everything known about it."""
