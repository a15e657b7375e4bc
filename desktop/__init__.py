"""The window: shows what the engine does, and holds no knowledge of music or pictures itself."""
