"""Reports without their plots, for tests of what is written about them."""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch


@contextmanager
def no_plots() -> Iterator[None]:
    """Leave the place of every plot empty; drawing takes most of the time of a report."""
    with patch("qc.plots.paper.draw_sheet"), patch("qc.eqa.report.pages.draw_sheet"):
        yield
