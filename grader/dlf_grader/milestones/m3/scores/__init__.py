"""Bahdanau's and Luong's attention: the table of their checks."""

from __future__ import annotations

from dlf_grader.checks import Parity, Section
from dlf_grader.model import Exercise

EXERCISE = Exercise("m3_attention/scores.py")
bahdanau = Section("m3.bahdanau", EXERCISE, f"{__name__}.subject:BAHDANAU", "bahdanau-and-luong")
luong = Section("m3.luong", EXERCISE, f"{__name__}.subject:DOT", "bahdanau-and-luong")

CHECKS = (
    bahdanau.check(
        "forward",
        Parity("weights", "context"),
        4,
        "bahdanau_attention",
        "bahdanau_attention scores with a small network",
        "Bring the query to A features with W_q, and each key with W_k. Add, apply tanh, and multiply by v.",
        "Give the query's features a time axis, [:, None]: then (N, 1, A) and (N, T, A) add up.",
        after=("m3.attention.mask",),
    ),
    luong.check(
        "dot",
        Parity("weights", "context"),
        2,
        "luong_attention",
        'luong_attention with score "dot" uses the plain product',
        "Compute one number for each sample and step: the sum over features of query times key.",
        "keys (N, T, D) times query as columns (N, D, 1) gives (N, T, 1). Drop the last axis.",
        after=("m3.attention.mask",),
    ),
    luong.check(
        "general",
        Parity("weights", "context"),
        2,
        "luong_attention",
        'luong_attention with score "general" puts W between query and key',
        "q · (W k) equals (Wᵀ q) · k. Bring the query to the keys' size, and the rest is a dot score.",
        "With rows, query (N, Dq) @ W (Dq, Dk) gives (N, Dk).",
        subject="GENERAL",
        after=("dot",),
    ),
    luong.check(
        "concat",
        Parity("weights", "context"),
        2,
        "luong_attention",
        'luong_attention with score "concat" puts query and key side by side',
        "Which columns of W multiply the query? The first Dq; the others multiply the key.",
        "Split W in two, and the rest is Bahdanau's score.",
        subject="CONCAT",
        after=("m3.attention.mask",),
    ),
)
