"""The platforms of a run; each makes settings and an engine from its arguments, and calls the pipeline."""
