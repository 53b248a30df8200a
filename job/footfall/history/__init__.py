"""The history of an output: a record for each run, read from its manifest."""
