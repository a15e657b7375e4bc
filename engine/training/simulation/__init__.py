"""A made-up TT-150k-genre whose true match is known: for comparing systems, never for users."""
