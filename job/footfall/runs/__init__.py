"""A run as it goes: its steps, what becomes of its rows, its manifest."""
