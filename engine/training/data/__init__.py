"""Training data: pairs and where they come from, features, splits and test sets."""
