"""Reads pings and places as they come, and says of every row and feature what became of it."""
