"""Reading ahead keeps order and errors, and stops when nobody reads on."""

import threading

import pytest

from acquisition.prefetch import read_ahead, work_ahead


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


def test_work_on_several_threads_comes_in_order():
    slow_first = threading.Event()

    def work(item):
        if item == 0:
            assert slow_first.wait(5)
        slow_first.set()
        return 2 * item

    assert list(work_ahead(work, range(20), threads=2)) == list(range(0, 40, 2))


def test_an_error_of_the_work_comes_in_its_place():
    stream = work_ahead(lambda item: 1 / item, [1, 0, 1], threads=2)
    assert next(stream) == 1
    with pytest.raises(ZeroDivisionError):
        next(stream)


def test_leaving_early_ends_the_workers():
    before = threading.active_count()
    stream = work_ahead(lambda item: item, iter(int, 1), threads=2)
    next(stream)
    stream.close()
    assert threading.active_count() == before
