"""Runs on AWS Glue."""
