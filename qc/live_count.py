"""How many cells are in the picture now, counted beside a recording as often as there is time."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from acquisition.frame import Frame
from acquisition.latest import Latest

EVERY_S = 1.0
_POLL_S = 0.2


class LiveCount(Latest):
    """Takes frames as a live view does, and knows how many cells the newest counted one had."""

    def __init__(self) -> None:
        super().__init__()
        self.visible: int | None = None
        self.counted_frames = 0


@contextmanager
def live_count(count: Callable[[Frame], int], every_s: float = EVERY_S) -> Iterator[LiveCount]:
    """Count on a thread of its own until the context is left.

    Args:
        count: Counts the cells of one frame.
        every_s: Least time between two counts.

    Yields:
        Where frames are offered and the count stands.
    """
    live, leaving = LiveCount(), threading.Event()

    def work() -> None:
        while not leaving.is_set():
            frame = live.take(_POLL_S)
            if frame is not None:
                live.visible = count(frame)
                live.counted_frames += 1
                leaving.wait(every_s)

    thread = threading.Thread(target=work, name="live count", daemon=True)
    thread.start()
    try:
        yield live
    finally:
        leaving.set()
        thread.join()
