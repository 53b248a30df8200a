"""Write the bundled sample again, from the root of the repository: `python -m footfall.sample`."""

from pathlib import Path

from footfall.sample.generator import write_sample

if __name__ == "__main__":
    write_sample(Path("job/footfall/sample/data"))
