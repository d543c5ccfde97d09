"""The trust boundary: what runs learners' code, and what crosses.

protocol, arrays, items (messages, values) · channel (frames, deadlines) · proxy (the grader's view of the objects)
worker, trace, fixtures, redefine (the untrusted side) · crash_dump, scratch, words (what is made of what it leaves)
servers, forkserver, early, spawned, turns (how it starts, and who waits) · rungs (how far it is kept apart)
limits, usage, guard, places, refused, namespaces, landlock, readable, seccomp (what it may not do)

Imports nothing of ours but `dlf_grader.failures`: a worker holds no check, no oracle and no expected answer.
"""
