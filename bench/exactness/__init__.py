"""The scoreboard of exactness: pings where an answer is hardest, and who gives another answer than exact arithmetic."""
