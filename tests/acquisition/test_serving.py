"""Workers end with the process that they work for, also when that is killed."""

import os
import signal
import subprocess
import sys
import time

import pytest

# The parent prints its workers' numbers and waits to be killed.
PARENT = """
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from acquisition.serving import serve_parent

if __name__ == "__main__":
    with ProcessPoolExecutor(2, get_context("spawn"), initializer=serve_parent) as pool:
        working = [pool.submit(time.sleep, 60) for _ in range(2)]
        time.sleep(0.1)
        print(*pool._processes, flush=True)
        for one in working:
            one.result()
"""


def is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL")
def test_workers_end_with_a_parent_that_is_killed(tmp_path):
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    parent = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    workers = [int(one) for one in parent.stdout.readline().split()]
    assert len(workers) == 2
    assert all(is_running(one) for one in workers)
    time.sleep(2)  # until they have begun: their first steps take a second
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    end_s = time.monotonic() + 20
    while any(is_running(one) for one in workers) and time.monotonic() < end_s:
        time.sleep(0.05)
    assert not any(is_running(one) for one in workers)
