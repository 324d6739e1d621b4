"""What of a recipe is chosen on the command line comes back as the command that a card names."""

import argparse
from dataclasses import dataclass

from inference.training.options import add_options, chosen

OPTIONS = {"real_steps": "batches", "seed": "of all"}


@dataclass(frozen=True)
class Baking:
    real_steps: int = 12
    seed: int = 3
    rate: float = 0.5


def baking(line: str) -> Baking:
    parser = argparse.ArgumentParser()
    add_options(parser, Baking(), OPTIONS)
    return Baking(**vars(parser.parse_args(line.split())))


def test_what_was_chosen_makes_the_same_recipe_again():
    made = baking("--real-steps 40")
    assert made == Baking(real_steps=40)
    assert chosen(made, OPTIONS) == " --real-steps 40"
    assert baking(chosen(made, OPTIONS)) == made


def test_the_usual_recipe_needs_no_option():
    assert baking("") == Baking()
    assert chosen(Baking(), OPTIONS) == ""
