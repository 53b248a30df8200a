"""Starts runs elsewhere, follows them, and ends as they end."""
