"""Guards of the job, taken out one at a time: each removal must be found by a test that is named for it."""
