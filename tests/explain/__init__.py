"""`footfall explain`: of pings, places and numbers."""
