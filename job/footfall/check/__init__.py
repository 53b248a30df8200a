"""Do the numbers agree with each other, and is the input good enough to publish?"""

from footfall.check.gates import *  # noqa: F403  (split below)
