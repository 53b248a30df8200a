"""Reads pings from CSV."""
