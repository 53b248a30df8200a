"""The step `locate`: its answers against GEOS and exact fractions, its index, and the way of pings through it."""
