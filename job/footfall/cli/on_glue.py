"""The entry point on AWS Glue, which starts a script with the arguments of the Glue run."""

import sys
from collections.abc import Sequence
from functools import partial

from footfall.cli import run
from footfall.defects import error_of
from footfall.runs.stopping import stopped_by_sigterm


def is_script_of_glue(argv: Sequence[str]) -> bool:
    """Whether Glue started this process, by the flag with the name of the job that Glue gives every script."""
    return any(word.partition("=")[0] == "--JOB_NAME" for word in argv)


def run_on_glue(argv: Sequence[str]) -> None:
    """Run the job in the session of Glue.

    Args:
        argv: All words of this process.

    Raises:
        Failed: Nothing was published; Glue shows its text as the error of the run.
    """
    from footfall.platforms import glue
    from footfall.terminal.sentences import show_error

    try:
        with stopped_by_sigterm():
            words = glue.words(argv)
            run.count(run.COMMAND.parse(words[1:]), words, partial(glue.run, argv))
    except Exception as failure:
        error = error_of(failure)
        show_error(error, sys.stderr)
        raise glue.Failed(error) from None if error is failure else failure
