"""Video analysis: embeddings, cuts, motion and colour of a clip."""
