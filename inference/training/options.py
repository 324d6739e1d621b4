"""What can be chosen of a recipe on the command line, and what was chosen, for the card."""

import argparse
from collections.abc import Iterator, Mapping


def add_options(parser: argparse.ArgumentParser, usual: object, options: Mapping[str, str]) -> None:
    """Let whole numbers of a recipe be chosen.

    Args:
        parser: What reads the command line.
        usual: The recipe as it is without.
        options: What can be chosen, and what each is.
    """
    for name, what in options.items():
        value = getattr(usual, name)
        parser.add_argument(_option(name), type=int, default=value, help=f"{what} ({value})")


def chosen(recipe: object, options: Mapping[str, str]) -> str:
    """Return the options that make the recipe of the usual one of its kind."""
    return "".join(_chosen(recipe, type(recipe)(), options))


def _chosen(recipe: object, usual: object, options: Mapping[str, str]) -> Iterator[str]:
    for name in options:
        value = getattr(recipe, name)
        if value != getattr(usual, name):
            yield f" {_option(name)} {value}"


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"
