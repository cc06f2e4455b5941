import sys

import pytest

from tracker import beside


class EnoughSeenError(Exception):
    pass


def test_a_worker_that_ends_is_started_again_and_said_and_left_longer_each_time(monkeypatch, capfd):
    pauses = []

    def sleep(seconds):
        pauses.append(seconds)
        if len(pauses) == 3:
            raise EnoughSeenError

    monkeypatch.setattr(beside.time, "sleep", sleep)
    ends = "import sys; print(sys.argv[1], flush=True); sys.exit(3)"
    monkeypatch.setattr(beside, "WORKER", (sys.executable, "-S", "-c", ends))

    with pytest.raises(EnoughSeenError):
        beside.keep_worker("trust.ini")

    said = capfd.readouterr()
    assert pauses == [5, 10, 20]
    assert said.out.split() == ["trust.ini"] * 3
    assert "The worker ended (status 3). It is started again in 20 seconds." in said.err
