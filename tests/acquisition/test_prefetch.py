"""Reading ahead keeps order and errors, and stops when nobody reads on."""

import threading

import pytest

from acquisition.prefetch import read_ahead


def test_everything_comes_in_order():
    assert list(read_ahead(range(100), items=3)) == list(range(100))


def test_an_error_comes_in_its_place():
    def source():
        yield 1
        raise OSError("gone")

    stream = read_ahead(source())
    assert next(stream) == 1
    with pytest.raises(OSError, match="gone"):
        next(stream)


def test_leaving_early_ends_the_reader():
    before = threading.active_count()
    stream = read_ahead(iter(int, 1), items=2)
    next(stream)
    stream.close()
    assert threading.active_count() == before
