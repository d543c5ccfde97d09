# exercise = "m6_language/rotary.py"
# mistake = "neighbours are pairs, but the angles are tiled as for halves: cos is concatenated, not repeated"
# caught_by = ["m6.rotary.forward"]
# names = "repeat|tile|angles? of (another|other|the wrong)|same angle|one angle"
import numpy as np


def rotate(x, angles):
    _check(x, angles)
    full = np.concatenate([angles, angles], axis=-1)
    turned = np.empty_like(x)
    turned[..., ::2], turned[..., 1::2] = -x[..., 1::2], x[..., ::2]
    return (x * np.cos(full) + turned * np.sin(full)).astype(x.dtype)
