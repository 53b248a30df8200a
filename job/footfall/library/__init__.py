"""What `import footfall` offers: counts and joins of tables that are in memory, in the process that asks for them."""
