"""The ranked tracks: list, row and filters."""
