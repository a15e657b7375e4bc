"""Music packs: one file with a folder of music, its licences and its analysis."""
