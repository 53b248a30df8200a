"""Reads pings from Parquet."""
