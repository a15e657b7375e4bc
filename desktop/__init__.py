"""The window: shows the engine's results, and knows nothing about music or pictures itself."""
