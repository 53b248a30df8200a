"""One page of all runs of an output: a calendar of its days, trends, and the way to each report and place."""

PLACE_PAGES = 100
"""So many places have a page unless another number is asked for; a page takes about 70 kB."""
