"""The systems of the papers' table, each a small file behind one contract."""
