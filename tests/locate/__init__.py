"""The step `locate`: its answers against GEOS and exact fractions, its index, and its way through Spark."""
