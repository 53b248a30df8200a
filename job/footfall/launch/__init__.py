"""Starts runs on Kubernetes or Glue, follows them, and exits with their exit code."""
