"""Training a pack on the user's own edits."""
