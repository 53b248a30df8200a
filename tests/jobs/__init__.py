"""Tests of jobs beside footfall."""
