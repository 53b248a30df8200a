"""What runs the steps of the job: workers of this machine, or Spark."""
