"""One page of all runs of an output: a calendar of its days, trends, and the way to each report."""
