"""The scenes of the demo clip, drawn by code."""
