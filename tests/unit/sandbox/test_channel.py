import socket
import time

import msgspec
import pytest
from dlf_grader.failures import GraderFault, LearnerError, NotWritten, ServerLost, WorkerCrashed, WorkerTimeout
from dlf_grader.sandbox.channel import FRAMES_KEPT, OUTPUT_KEPT, Channel
from dlf_grader.sandbox.protocol import (
    LENGTH,
    LIMIT_TO_GRADER,
    Confined,
    Load,
    Progress,
    Raised,
    Request,
    Unable,
    Values,
    WireFrame,
    decode_request,
    encode_message,
    pack_value,
)

LATER = 30.0


class Peer:
    """The other end of a channel, in the same thread: it answers what it was told before it is asked."""

    def __init__(self):
        ours, self.connection = socket.socketpair()
        output, self.output = socket.socketpair()
        self.alive, self.ended = True, []
        self.channel = Channel(ours, output, self.end, lambda: self.alive)

    def end(self, grace):
        self.ended.append(grace)
        return "it was stopped"

    def sends(self, *replies):
        for reply in replies:
            frame = encode_message(reply)
            self.connection.sendall(LENGTH.pack(len(frame)) + frame)

    def load(self, rung="process"):
        load = Load("/tree", "m0.a", "numpy", "", "/scratch", 0, rung)
        self.channel.load(load, time.monotonic() + LATER)

    def ask(self, on_progress=lambda value: None, seconds=LATER):

        def doing(at=None):
            return "forward(x)"

        return self.channel.ask([], time.monotonic() + seconds, doing, on_progress)


@pytest.fixture
def peer(monkeypatch):
    monkeypatch.setattr("secrets.randbits", lambda bits: 7)
    made = Peer()
    yield made
    made.channel.close()
    made.connection.close()
    made.output.close()


def test_a_question_is_sent_whole_and_its_answer_comes_back(peer):
    peer.sends(Values(7, [pack_value(2.5), pack_value("two")]))
    assert peer.ask() == [2.5, "two"]
    data = peer.connection.recv(1 << 16)
    request = decode_request(data[LENGTH.size :])
    assert isinstance(request, Request)
    assert 0 < request.seconds <= LATER


def test_what_a_recipe_yields_is_handed_on_before_the_answer(peer):
    seen = []
    peer.sends(Progress(7, pack_value(0.5)), Progress(7, pack_value(1.0)), Values(7, []))
    assert peer.ask(seen.append) == []
    assert seen == [0.5, 1.0]


@pytest.mark.parametrize("reply", [Values(8, []), Raised(6, 0, "E", "", [], False), Confined([]), Progress(1, None)])
def test_an_answer_to_another_question_ends_the_worker(peer, reply):
    peer.sends(reply)
    with pytest.raises(WorkerCrashed, match="an answer to a question nobody asked"):
        peer.ask()
    assert peer.ended == [0.0]


def test_a_message_over_the_limit_is_refused_before_it_is_read(peer):
    peer.connection.sendall(LENGTH.pack(LIMIT_TO_GRADER + 1))
    with pytest.raises(WorkerCrashed, match="at most 67108864 are allowed"):
        peer.ask()


def test_bytes_that_are_no_message_end_the_worker(peer):
    peer.connection.sendall(LENGTH.pack(3) + b"abc")
    with pytest.raises(WorkerCrashed, match="not in the protocol"):
        peer.ask()


@pytest.mark.parametrize(("not_written", "error"), [(True, NotWritten), (False, LearnerError)])
def test_an_exception_over_there_is_one_here_with_its_innermost_frames(peer, not_written, error):
    frames = [WireFrame("m0/a.py", line, "f\x1b[2J") for line in range(2 * FRAMES_KEPT)]
    peer.sends(Raised(7, 0, "ValueError", "bad\nshape", frames, not_written))
    with pytest.raises(error, match="forward\\(x\\) raised ValueError: bad shape") as caught:
        peer.ask()
    assert [frame.line for frame in caught.value.frames] == list(range(FRAMES_KEPT, 2 * FRAMES_KEPT))
    assert all(frame.function == "f [2J" for frame in caught.value.frames)


def test_no_answer_in_time_ends_the_worker(peer):
    with pytest.raises(WorkerTimeout, match="forward\\(x\\) did not end in time"):
        peer.ask(seconds=0)
    assert peer.channel.closed


def test_a_recipe_that_reports_without_end_is_not_waited_for(peer):
    peer.sends(*[Progress(7, None)] * 3)
    with pytest.raises(WorkerTimeout):
        peer.ask(seconds=0)


@pytest.mark.parametrize(("alive", "error"), [(True, WorkerCrashed), (False, ServerLost)])
def test_who_hangs_up_has_crashed_unless_its_server_died_too(peer, alive, error):
    peer.alive = alive
    peer.connection.close()
    with pytest.raises(error, match="ended its process: it was stopped") as caught:
        peer.ask()
    assert type(caught.value) is error


def test_nothing_is_imported_by_a_worker_that_could_not_confine_itself(peer):
    peer.sends(Unable("OSError: no"))
    with pytest.raises(GraderFault, match="a worker could not confine itself: OSError: no"):
        peer.load()


def test_what_a_worker_could_not_give_up_is_kept(peer):
    peer.sends(Confined(["Landlock", "namespaces\nof its own"]), Values(0, []))
    peer.load()
    assert peer.channel.lacking == ("Landlock", "namespaces of its own")


def test_prints_are_read_while_waiting_and_bounded_and_plain(peer):
    peer.output.sendall(b"\x1b[31mred\n" + b"x" * OUTPUT_KEPT)
    peer.sends(Values(7, []))
    peer.ask()
    text = peer.channel.take_output()
    assert text.startswith(" [31mred\nxxx")
    assert len(text) <= OUTPUT_KEPT
    assert peer.channel.take_output() == ""


def test_a_request_tells_how_long_the_worker_has(peer):
    peer.sends(Values(7, []))
    peer.channel.ask([], float("inf"), lambda at=None: "forward(x)", lambda value: None)
    data = peer.connection.recv(1 << 16)
    assert msgspec.msgpack.decode(data[LENGTH.size :])["seconds"] == 0.0


def test_what_others_had_of_the_processor_is_no_time_of_the_worker(peer):
    waits = iter([5.0, 5.2, 5.3, 5.3])
    peer.channel.waited = lambda: next(waits)
    began = time.monotonic()
    with pytest.raises(WorkerTimeout, match="forward"):
        peer.ask(seconds=0.1)
    assert 0.4 <= time.monotonic() - began < 5


def test_what_the_grader_did_itself_is_no_time_of_the_worker_either(peer):
    peer.channel.excused = 0.3
    began = time.monotonic()
    with pytest.raises(WorkerTimeout, match="forward"):
        peer.ask(seconds=0.1)
    assert 0.4 <= time.monotonic() - began < 5
