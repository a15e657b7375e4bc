"""What the user decides about tracks: favourites, hidden ones, shortlists, picks, taste."""
