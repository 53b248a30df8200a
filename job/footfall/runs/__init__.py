"""A run: its steps, the counts of its rows, its manifest and its signs of life."""
