"""Is it true? Pings of people whose diaries are known, and what is found in them."""
