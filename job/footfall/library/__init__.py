"""The functions of `import footfall`: counts and joins of tables in memory, in the calling process."""
