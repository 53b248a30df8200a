"""The engine that runs the steps on Apache Spark."""
