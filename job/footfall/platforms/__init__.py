"""Where a run can happen; each platform turns what it is given into settings, a session and a call of the pipeline."""
