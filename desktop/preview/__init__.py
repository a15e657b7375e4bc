"""Hearing a track against the picture: mixer, clock, player, timeline, levels."""
