"""PyTorch's answers: asked of a trusted worker that holds `dlf_reference`, and remembered.

The grader itself never imports PyTorch. A worker forked from the same server as the learners' PyTorch exercises
answers for it, so PyTorch is imported once a run, and not at all when every answer is known.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from dlf_grader.failures import DataUnusable, DlfError, GraderFault, LearnerError
from dlf_grader.installed import version
from dlf_grader.sandbox.protocol import Call, Load, encode_message, pack_value, unpack_value
from dlf_grader.sandbox.proxy import Submission
from dlf_grader.sandbox.servers import Servers

ANSWER_SECONDS = 120.0
DATA_SECONDS = 600.0


class Answers(Protocol):
    """Where answers are kept: a `Store`, or something that lives as long as the process."""

    def answer(self, key: str) -> bytes | None: ...

    def remember_answer(self, key: str, value: bytes) -> None: ...


class Oracle:
    """Answers from `dlf_reference`, by function name: the `Reference` of every check."""

    def __init__(self, servers: Servers, store: Answers | None) -> None:
        self._servers = servers
        self._free: list[Submission] = []  # one for each file that is graded at the same time
        self._store = store
        self.kept: dict[tuple[object, ...], Any] = {}

    def answers(self, oracle: str, questions: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """One answer a question, from memory where the same was asked before."""
        keys = [self._key(oracle, question) for question in questions]
        known = {key: self._store.answer(key) for key in keys} if self._store else dict.fromkeys(keys)
        missing = [at for at, key in enumerate(keys) if known[key] is None]
        fresh = dict(zip(missing, self._compute(oracle, [questions[at] for at in missing]), strict=True))
        if self._store:
            for at, answer in fresh.items():
                self._store.remember_answer(keys[at], encode_message(pack_value(answer)))
        return [fresh[at] if at in fresh else _decode(known[key]) for at, key in enumerate(keys)]

    def data(self, name: str, **arguments: Any) -> Any:
        """What a loader of `dlf_reference.data` returns; never remembered, it may be large.

        Raises:
            DataUnusable: the data set is not whole.
        """
        return self._asked(f"data.{name}", arguments, DATA_SECONDS)

    def fresh(self, function: str, **arguments: Any) -> Any:
        """What a function of `dlf_reference` returns, "module:function"; never remembered: no two calls are alike.

        Raises:
            DataUnusable: it needs a data set that is not whole.
        """
        return self._asked(function, arguments, ANSWER_SECONDS)

    def _asked(self, function: str, arguments: dict[str, Any], seconds: float) -> Any:
        with self._worker(seconds) as worker:
            try:
                return worker.call(f"dlf_reference.{function}", **arguments)
            except LearnerError as error:  # the code is ours on this side; RuntimeError is how a loader says so
                if error.kind != "DataError":
                    raise GraderFault(f"the reference could not answer {function}: {error}") from error
                raise DataUnusable(f"{error.text}; dlf-data verify says more, dlf-data get fetches it") from None

    def warm(self) -> None:
        """Get ready before the first question; it may take as long as importing PyTorch."""
        with self._worker(ANSWER_SECONDS) as worker:
            worker.ready()

    def close(self) -> None:
        for worker in self._free:
            worker.close()

    @contextmanager
    def _worker(self, seconds: float) -> Iterator[Submission]:
        """A worker that nobody else asks meanwhile, with so many seconds to answer."""
        try:
            worker = self._free.pop()
        except IndexError:
            load = Load("", "dlf_reference.oracles", "torch", "", "", 0)
            worker = Submission(lambda: self._servers.worker("torch"), load)
        worker.deadline = time.monotonic() + seconds
        try:
            yield worker
        finally:
            self._free.append(worker)

    def _compute(self, oracle: str, questions: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        if not questions:
            return []
        module, _, function = oracle.partition(":")
        with self._worker(ANSWER_SECONDS) as worker:
            try:
                answers = worker.many([Call(module, function, [], question) for question in questions])
            except DlfError as error:
                raise GraderFault(f"the reference could not answer {oracle}: {error}") from error
        return answers

    def _key(self, oracle: str, question: dict[str, Any]) -> str:
        asked = encode_message([oracle, version("torch"), pack_value(question)])
        return hashlib.sha256(asked).hexdigest()


def _decode(blob: bytes | None) -> dict[str, Any]:
    import msgspec

    answer: dict[str, Any] = unpack_value(msgspec.msgpack.decode(blob or b""))
    return answer
