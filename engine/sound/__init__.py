"""The clip's own sound: where somebody speaks, how loud, and whether music plays in it."""
