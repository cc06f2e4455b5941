"""Runs pieces of work at the same moment."""

import threading


def at_once(*jobs):
    """Run each job in a thread of its own, all let go at the same moment."""
    ready, wrong = threading.Barrier(len(jobs)), []

    def go(job):
        ready.wait()
        try:
            job()
        except Exception as why:  # noqa: BLE001 - told to the test below
            wrong.append(why)

    threads = [threading.Thread(target=go, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
