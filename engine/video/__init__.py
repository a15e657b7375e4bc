"""What a clip looks like: embeddings, cuts, motion and colour of its picture."""
