"""Reads pings and places from files and tables; every row and feature is kept, or counted with the reason why not."""
