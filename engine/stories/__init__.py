"""Stories: each module reads top to bottom as one task of the user and calls stages in order."""
