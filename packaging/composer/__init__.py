"""Composes, renders and masters the bundled music: brief → score → MIDI → stems → mix → master.

Used at build time only, by `packaging/build_library.py`; nothing in the app imports it.
"""
