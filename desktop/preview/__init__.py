"""The preview: player, mixer, clock, timeline, levels."""
