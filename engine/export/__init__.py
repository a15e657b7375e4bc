"""What leaves the program: the mix, and one file for each export format."""
