"""Readings as arrays that have been looked at: finite, and two of them of one length."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its 95 % interval, both in the unit of what is estimated."""

    value: float
    ci95: Interval


def checked(values: ArrayLike, least: int, what: str = "readings") -> Array:
    """Return one series as an array of shape (n,).

    Args:
        values: The series.
        least: How many values the statistic needs.
        what: What the values are, for the message.

    Raises:
        ValueError: If it is no plain series, is too short, or a value in it is not finite.
    """
    array = np.asarray(values, np.float64)
    if array.ndim != 1:
        raise ValueError(f"{what} must be one series, not an array of {array.ndim} dimensions")
    if array.size < least:
        raise ValueError(f"{array.size} {what} are too few: at least {least} are needed")
    if not np.isfinite(array).all():
        raise ValueError(f"{what} must be numbers: number {_first_bad(array)} is not")
    return array


def paired(first: ArrayLike, second: ArrayLike, least: int) -> tuple[Array, Array]:
    """Return two readers' readings of the same items, each of shape (n,).

    Raises:
        ValueError: If the lengths differ, there are too few, or one is not finite.
    """
    x, y = np.asarray(first, np.float64), np.asarray(second, np.float64)
    if x.shape != y.shape:
        raise ValueError(f"{x.size} readings cannot be paired with {y.size}")
    return checked(x, least, "pairs"), checked(y, least, "pairs")


def table(values: ArrayLike, rows: int, columns: int, what: str) -> Array:
    """Return a table as an array of shape (r, c) with at least so many rows and columns.

    Raises:
        ValueError: If it is no table, is too small, or a value in it is not finite.
    """
    array = np.asarray(values, np.float64)
    if array.ndim != 2:
        raise ValueError(f"{what} must be a table, not an array of {array.ndim} dimensions")
    if array.shape[0] < rows or array.shape[1] < columns:
        size = f"{array.shape[0]} x {array.shape[1]}"
        raise ValueError(f"{what} of {size} are too few: at least {rows} x {columns} are needed")
    if not np.isfinite(array).all():
        raise ValueError(f"{what} must be numbers: one is not")
    return array


def refuse_constant(values: Array, statistic: str) -> None:
    """Raise ValueError where all values are the same and the statistic is undefined for them."""
    if np.ptp(values) == 0:
        raise ValueError(f"{statistic} is undefined: all values of a reader are {values[0]:g}")


def _first_bad(array: Array) -> int:
    return int(np.flatnonzero(~np.isfinite(array))[0]) + 1
