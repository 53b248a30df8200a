"""What suppressed rows can be known by."""
