"""Where the time of a run goes: CPU seconds of each stage, which add up to the whole, and a floor for each."""
