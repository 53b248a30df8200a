"""Measures footfall against its peers: same data, same cores, same memory, same answers."""
