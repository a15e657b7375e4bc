"""Bundled models, music, demo clip and icons, read through importlib.resources."""
