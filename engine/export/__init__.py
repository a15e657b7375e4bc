"""Export: the mix, and one file for each export format."""
