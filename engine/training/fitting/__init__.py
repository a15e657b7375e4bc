"""Fitting networks to pairs: batches, steps, saved states, several processes."""
