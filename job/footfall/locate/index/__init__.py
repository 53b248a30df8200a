"""The index of places: a tree of grids whose leaves hold the few edges that decide."""
