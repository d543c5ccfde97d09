"""`--report json=PATH`: the report as it is."""

from __future__ import annotations

import msgspec

from dlf_grader.model import Report


def to_json(report: Report) -> str:
    """The report as indented JSON, `schema` first."""
    plain = msgspec.to_builtins(report)
    ordered = {"schema": plain.pop("schema")} | plain
    return msgspec.json.format(msgspec.json.encode(ordered), indent=1).decode() + "\n"
