"""Writing a report's files: each whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from dlf_grader.config import Config
from dlf_grader.failures import UsageError
from dlf_grader.hookspecs import Writer
from dlf_grader.report import Report, Result

if TYPE_CHECKING:
    import pluggy


def write_reports(report: Report, config: Config, plugins: pluggy.PluginManager) -> None:
    """Write every `--report FORMAT=PATH`.

    Raises:
        UsageError: nobody writes that format, or the file cannot be written.
    """
    if not config.reports:
        return
    writers = writers_of(plugins)
    for name, path in config.reports:
        if name not in writers:
            raise UsageError(f"--report {name}=…: no such format; there is {', '.join(sorted(writers))}")
        replace_file(path, writers[name].write(report))


def writers_of(plugins: pluggy.PluginManager) -> dict[str, Writer]:
    """Every format that a plugin can write, by name."""
    writers: dict[str, Writer] = {}
    for brought in plugins.hook.dlf_outputs():
        by_name = isinstance(brought, Mapping)
        found = [Writer(name, "json", write) for name, write in brought.items()] if by_name else brought
        writers |= {writer.name: writer for writer in found}
    return writers


def without_drawings(result: Result) -> Result:
    """A result as it is kept and sent: without what only a page of this run shows; of tensors the small ones stay."""
    case = result.counterexample
    if case is not None and case.yours_array is None:
        case = replace(case, nearby=None)
    return replace(result, hints=(), lesson="", pictures=(), counterexample=case)


def decode_report(data: bytes) -> Report:
    """A report as JSON made by `msgspec`, also by earlier versions, which kept locations as text."""
    import msgspec

    try:
        return msgspec.json.decode(data, type=Report)
    except msgspec.ValidationError:
        plain = msgspec.json.decode(data)
        for result in plain["results"]:
            file, _, line = result["location"].rpartition(":")
            result["location"] = {"file": file, "line": int(line)} if line.isdigit() else None
            result["trace"] = [{"text": text} for text in result["trace"]]
        return msgspec.convert(plain, Report)


def make_folder(path: Path) -> None:
    """A folder to write into.

    Raises:
        UsageError: there can be none.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"cannot make the folder {path}: {error.strerror}") from None


def replace_file(path: Path, text: str, encoding: str = "utf-8") -> None:
    """Replace a file's content at once: a reader sees the old or the new, never half.

    Raises:
        UsageError: it cannot be written.
    """
    replace_bytes(path, text.encode(encoding, errors="strict" if encoding == "utf-8" else "replace"))


def _is_special(path: Path) -> bool:
    """Whether it is a device or a pipe, /dev/stdout for one: it is written to, a file in its place would end it."""
    return (path.exists() and not path.is_file() and not path.is_dir()) or path.absolute().parent == Path("/dev")


def replace_bytes(path: Path, data: bytes) -> None:
    """The same, of any content.

    Raises:
        UsageError: it cannot be written.
    """
    try:
        if _is_special(path):
            path.write_bytes(data)
            return
        temporary = path.absolute().parent / f".{path.name[:60]}.{os.urandom(8).hex()}"
        descriptor = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666)  # as the umask allows
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from None
