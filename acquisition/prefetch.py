"""Reading and working ahead: the next frames are decoded while the present one is worked on."""

import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from queue import Empty, Full, Queue
from typing import TypeVar

S = TypeVar("S")
T = TypeVar("T")

FRAMES_AHEAD = 16
_POLL_S = 0.2


class _End:
    """Marks the end of the source, with the error that ended it, if any."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.error = error


def read_ahead(source: Iterable[T], items: int = FRAMES_AHEAD) -> Generator[T, None, None]:
    """Yield what the source yields, read up to `items` ahead on a thread of its own.

    An error of the source is raised here, in its place. Leaving early stops the thread.
    """
    queue: Queue[T | _End] = Queue(items)
    stopped = threading.Event()
    reader = threading.Thread(target=_read, args=(source, queue, stopped), daemon=True)
    reader.start()
    try:
        while not isinstance(item := queue.get(), _End):
            yield item
        if item.error is not None:
            raise item.error
    finally:
        stopped.set()
        _empty(queue)
        reader.join()


def work_ahead(work: Callable[[S], T], source: Iterable[S], threads: int) -> Generator[T]:
    """Yield what is made of each item of a source, in order, with several in work at once.

    An error of the work is raised here, in its place. Leaving early drops what was not begun.

    Args:
        work: What is done with an item; on so many threads at once, it says the same as on one.
        source: The items, taken on the thread of whoever reads.
        threads: How many items are in work while an earlier one is read.
    """
    begun: deque[Future[T]] = deque()
    pool = ThreadPoolExecutor(threads)
    try:
        for item in source:
            begun.append(pool.submit(work, item))
            if len(begun) > threads:
                yield begun.popleft().result()
        while begun:
            yield begun.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def _read(source: Iterable[T], queue: "Queue[T | _End]", stopped: threading.Event) -> None:
    try:
        for item in source:
            if not _put(queue, item, stopped):
                return
        _put(queue, _End(), stopped)
    except BaseException as error:  # noqa: BLE001 - it belongs to whoever reads the frames
        _put(queue, _End(error), stopped)


def _put(queue: "Queue[T | _End]", item: "T | _End", stopped: threading.Event) -> bool:
    while not stopped.is_set():
        try:
            queue.put(item, timeout=_POLL_S)
        except Full:
            continue
        return True
    return False


def _empty(queue: "Queue[T | _End]") -> None:
    while True:
        try:
            queue.get_nowait()
        except Empty:
            return
