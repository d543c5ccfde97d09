import os

import pytest
from dlf_grader.failures import GraderFault, WorkerLost
from dlf_grader.sandbox.protocol import Load
from dlf_grader.sandbox.proxy import Submission
from dlf_grader.sandbox.servers import STOPPING, Servers, can_fork
from dlf_grader.sandbox.words import how_it_ended

needs_fork = pytest.mark.skipif(not can_fork(), reason="no fork servers here")


def trusted(servers):
    return Submission(lambda: servers.worker("numpy"), Load("", "os", "numpy", "", "", 0))


@pytest.fixture
def own():
    made = Servers()
    yield made
    made.stop()


@pytest.mark.parametrize(
    ("status", "words"),
    [(0, "exited with status 0"), (3, "exited with status 3"), (-9, "killed by SIGKILL"), (-63, "killed by signal 63")],
)
def test_how_a_process_ended_is_said_in_words(status, words):
    assert how_it_ended(status) == words


@needs_fork
def test_workers_of_one_engine_are_children_of_one_server(own):
    first, second = trusted(own), trusted(own)
    assert first.call("os:getppid") == second.call("os:getppid")
    assert first.call("os:getpid") != second.call("os:getpid")
    first.close(), second.close()


@needs_fork
def test_an_interrupted_run_loses_its_workers_and_a_resumed_one_gets_new_ones_from_the_same_server(own):
    before = trusted(own)
    server = before.call("os:getppid")
    own.interrupt()
    with pytest.raises(WorkerLost):
        before.call("os:getpid")
    with pytest.raises(GraderFault, match=STOPPING):
        trusted(own).call("os:getpid")
    own.resume()
    after = trusted(own)
    assert after.call("os:getppid") == server
    after.close()


@needs_fork
def test_a_stopped_run_starts_nothing_and_leaves_no_process(own):
    worker = trusted(own)
    pids = [worker.call("os:getpid"), worker.call("os:getppid")]
    worker.close()
    own.stop()
    with pytest.raises(GraderFault, match=STOPPING):
        own.worker("numpy")
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


@needs_fork
def test_a_server_for_many_runs_forks_workers_that_answer_alike():
    servers = Servers(many=True)
    try:
        worker = trusted(servers)
        assert worker.call("os:fspath", "here") == "here"
        worker.close()
    finally:
        servers.stop()
