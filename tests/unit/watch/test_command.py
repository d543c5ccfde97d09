import signal
from queue import SimpleQueue

import pytest
from dlf_grader.watch.command import signals_as_events
from dlf_grader.watch.events import Terminated


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 0), (signal.SIGTERM, 128 + signal.SIGTERM)])
def test_a_signal_is_an_event_and_interrupts_nothing(sent, code):
    events, before = SimpleQueue(), signal.signal(sent, signal.SIG_DFL)  # a shell's background jobs ignore Ctrl-C
    try:
        with signals_as_events(events):
            signal.raise_signal(sent)
        assert events.get_nowait() == Terminated(code)
        assert signal.getsignal(sent) is signal.SIG_DFL
    finally:
        signal.signal(sent, before)
