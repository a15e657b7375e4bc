"""The clip: the start page, its analysis and its picture."""
