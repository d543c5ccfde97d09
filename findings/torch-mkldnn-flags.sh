#!/bin/sh
# Switching oneDNN off for a few lines, with PyTorch's own context manager, warns of TF32 on Intel GPUs.
#
# Expected: torch.backends.mkldnn.flags(enabled=False) changes that one setting, and says nothing
# Seen: it sets allow_tf32 too, on the way in and out, and a build without such a GPU warns, also of allow_tf32=False
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check torch==2.15.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import warnings

import torch


def warned(**flags):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with torch.backends.mkldnn.flags(**flags):
            pass
    return [str(warning.message).partition(" (")[0] for warning in caught]


torch.set_warn_always(True)
print("torch", torch.__version__, "GPU:", torch.cuda.is_available())
print("flags(enabled=False):", warned(enabled=False))
print("flags(enabled=False, allow_tf32=False):", warned(enabled=False, allow_tf32=False))
assert all("Intel GPU" in text for text in warned(enabled=False))
assert warned(enabled=False) and warned(enabled=False, allow_tf32=False)
torch.backends.mkldnn.enabled = False  # the attribute alone does what was meant
assert not torch.backends.mkldnn.enabled
PYTHON
