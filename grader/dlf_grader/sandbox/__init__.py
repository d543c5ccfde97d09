"""The trust boundary: what runs learners' code, and what crosses.

protocol (messages, values) · channel (framed, with deadlines) · proxy (the grader's view of the learner's objects)
worker (the untrusted side) · guard, limits (what it may not do) · forkserver, process (how it starts)
"""
