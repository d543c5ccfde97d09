"""dl-foundations: the grader."""

__version__ = "0.1.0"


def load_ipython_extension(shell: object) -> None:
    """Add `%dlf` to a notebook: called by `%load_ext dlf_grader`."""
    import importlib

    importlib.import_module("dlf_grader.notebooks.magic").load(shell)
