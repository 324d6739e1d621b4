"""What a process that works for another one does first."""

import os
import signal
from multiprocessing import parent_process
from multiprocessing.process import BaseProcess
from threading import Thread

import cv2


def serve_parent() -> None:
    """Keep OpenCV to one thread, leave interrupts to the parent, and end when it ends.

    A worker of a pool waits for work that a killed parent can no longer send, and would wait for
    ever.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    cv2.setNumThreads(1)
    parent = parent_process()
    if parent is not None:
        Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)
