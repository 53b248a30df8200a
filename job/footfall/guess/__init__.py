"""Guesses the settings of a run from its files, with the reason for each and the rows it is based on."""

from footfall.guess.entries import Entry
from footfall.guess.guesses import Guesses, guess_settings
from footfall.guess.questions import Answer, Ask, Option, Question
from footfall.guess.text import head_of, settings_text

__all__ = [
    "Answer",
    "Ask",
    "Entry",
    "Guesses",
    "Option",
    "Question",
    "guess_settings",
    "head_of",
    "settings_text",
]
