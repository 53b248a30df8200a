"""Commands that look at what runs left, and change none of it."""
