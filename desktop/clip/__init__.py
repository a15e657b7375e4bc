"""The clip: where it is dropped, analysed, and seen."""
