"""What a process does first that works for another one."""

import os
import signal
from multiprocessing import parent_process
from multiprocessing.process import BaseProcess
from threading import Thread

import cv2


def serve_parent() -> None:
    """Use one thread, leave interrupts to the parent, and end with it, however it ends.

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
