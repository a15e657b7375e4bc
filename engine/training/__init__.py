"""From finished edits to a model pack; the only home of torch."""
