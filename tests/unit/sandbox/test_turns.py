"""A thread that waits for a server gives its turn away, and takes it back before it goes on."""

import threading

from dlf_grader.sandbox.turns import aside, turn


def test_a_thread_that_stands_aside_lets_another_work():
    turns, order, other_done = threading.Semaphore(1), [], threading.Event()

    def other():
        with turn(turns):
            order.append("other")
        other_done.set()

    with turn(turns):
        thread = threading.Thread(target=other)
        thread.start()
        with aside():
            assert other_done.wait(10)
        order.append("first")
        assert not turns.acquire(blocking=False)
    thread.join()
    assert order == ["other", "first"]
    assert turns.acquire(blocking=False)


def test_a_thread_without_a_turn_has_none_to_give():
    with aside():
        pass
