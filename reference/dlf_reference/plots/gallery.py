"""Every picture of a finished training: drawn from a `Drawing`, and said in a sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from matplotlib.figure import Figure

from dlf_reference.plots import autopsy, convolutions, optimisers
from dlf_reference.plots import confusion as confused
from dlf_reference.plots.attention import attention
from dlf_reference.plots.curves import curves
from dlf_reference.plots.lengths import LengthBin, error_by_length
from dlf_reference.plots.norms import layer_norms
from dlf_reference.training.drawings import Drawing

PIXELS = ("filters", "activations", "attention", "mistaken")  # kinds that are smaller as PNG


def figure(drawing: Drawing) -> Figure:
    """The picture; to be drawn and saved inside `canvas.course_style`."""
    return _KINDS[drawing.kind][0](drawing)


def sentence(drawing: Drawing) -> str:
    """What the picture shows, for those who do not see it."""
    return _KINDS[drawing.kind][1](drawing)


# -- curves ---------------------------------------------------------------------------------------


def _curves(drawing: Drawing) -> Figure:
    arrays, watched = drawing.arrays, drawing.words["watched"][0]
    return curves(arrays["losses"].tolist(), arrays["accuracies"].tolist(), float(arrays["target"]), watched)


def _curves_said(drawing: Drawing) -> str:
    losses, accuracies = drawing.arrays["losses"], drawing.arrays["accuracies"]
    epochs = "epoch" if len(losses) == 1 else "epochs"
    text = f"Training loss {losses[0]:.3g}, after {len(losses)} {epochs} {losses[-1]:.3g}." if len(losses) else ""
    if len(accuracies):
        shown = ", ".join(f"{100 * value:.2f}" for value in _thinned(accuracies))
        text += f" Accuracy on {drawing.words['watched'][0]} examples {shown} %; "
        text += f"target {100 * float(drawing.arrays['target']):g} %."
    return text.strip()


def _thinned(values: np.ndarray, most: int = 10) -> np.ndarray:
    """At most so many values, first and last among them."""
    places = np.unique(np.linspace(0, len(values) - 1, min(len(values), most)).round().astype(int))
    thin: np.ndarray = values[places]
    return thin


def _optimisers(drawing: Drawing) -> Figure:
    found: dict[str, dict[str, list[float]]] = {}
    goals: dict[str, float] = {}
    for at, (network, name) in enumerate(_runs(drawing)):
        found.setdefault(network, {})[name] = drawing.arrays[f"losses {at}"].tolist()
        if np.isfinite(goal := drawing.arrays["goals"][at]):
            goals[network] = float(goal)
    return optimisers.compared(found, goals)


def _optimisers_said(drawing: Drawing) -> str:
    ends = (drawing.arrays[f"losses {at}"][-1] for at in range(len(drawing.words["networks"])))
    runs = zip(_runs(drawing), ends, drawing.arrays["goals"], strict=True)
    return "Loss at the end: " + "; ".join(f"{n}, {o}: {end:.3f} (goal {goal:g})" for (n, o), end, goal in runs) + "."


def _runs(drawing: Drawing) -> list[tuple[str, str]]:
    return list(zip(drawing.words["networks"], drawing.words["names"], strict=True))


# -- predictions ----------------------------------------------------------------------------------


def _confusion(drawing: Drawing) -> Figure:
    return confused.confusion(drawing.arrays["counts"], drawing.words["classes"])


def _confusion_said(drawing: Drawing) -> str:
    counts, classes = drawing.arrays["counts"], drawing.words["classes"]
    text = f"{counts.trace():,} of {counts.sum():,} test examples are predicted right."
    slips = [(count, at) for at, count in np.ndenumerate(counts) if at[0] != at[1] and count]
    worst = sorted(slips, key=lambda slip: -slip[0])[:3]
    taken = "; ".join(f"{classes[true]} for {classes[guess]}, {_times(n)}" for n, (true, guess) in worst)
    return f"{text} Most often mistaken: {taken}." if taken else text


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"


def _mistaken(drawing: Drawing) -> Figure:
    return confused.mistaken(drawing.arrays["images"], _slips(drawing), _mistaken_title(drawing))


def _mistaken_said(drawing: Drawing) -> str:
    return f"{_mistaken_title(drawing)}: {', '.join(slip.replace(chr(10), ', ') for slip in _slips(drawing))}."


def _mistaken_title(drawing: Drawing) -> str:
    wrong, every, shown = int(drawing.arrays["wrong"]), int(drawing.arrays["all"]), len(drawing.arrays["images"])
    which = f"the {shown} that it is surest of" if "sureness" in drawing.arrays else f"{shown} of them"
    return f"{wrong:,} of {every:,} test images are predicted wrong; {'all of them' if shown == wrong else which}"


def _slips(drawing: Drawing) -> list[str]:
    """What each image is, what it is taken for, and how sure the network is of that."""
    arrays, classes = drawing.arrays, drawing.words["classes"]
    pairs = zip(arrays["true"].tolist(), arrays["guessed"].tolist(), strict=True)
    slips = [f"{classes[true]} as {classes[guess]}" for true, guess in pairs]
    if "sureness" not in arrays:
        return slips
    return [f"{slip}\n{value:.0%} sure" for slip, value in zip(slips, arrays["sureness"], strict=True)]


def _bins(drawing: Drawing) -> list[LengthBin]:
    return [LengthBin(*row) for row in drawing.arrays["bins"].tolist()]


def _lengths_said(drawing: Drawing) -> str:
    bins = (f"{b.words} words {b.error:.1%}" for b in _bins(drawing))
    return f"Share of texts predicted wrong, by length: {'; '.join(bins)}."


# -- insides --------------------------------------------------------------------------------------


def _filters(drawing: Drawing) -> Figure:
    return convolutions.filters(drawing.arrays["kernels"], int(drawing.arrays["total"]), *drawing.words["of"])


def _filters_said(drawing: Drawing) -> str:
    count, _, height, width = drawing.arrays["kernels"].shape
    layer, parts = drawing.words["of"]
    return f"{count} of the {drawing.arrays['total']} {parts} of the first {layer}, {height} × {width} weights each."


def _activations(drawing: Drawing) -> Figure:
    names, arrays = drawing.words["layers"], drawing.arrays
    maps = [arrays[f"maps {at}"] for at in range(len(names))]
    return convolutions.activations(arrays["image"], maps, names, arrays["totals"], drawing.words["label"][0])


def _activations_said(drawing: Drawing) -> str:
    layers = " and ".join(drawing.words["layers"])
    return (
        f"A test image of class {drawing.words['label'][0]}, and what {layers} make of it, each map on its own scale."
    )


def _attention(drawing: Drawing) -> Figure:
    layers, label = drawing.arrays["layers"], drawing.words["label"][0]
    title = f"Attention of the last of {layers} layers, for a test text of class “{label}”"
    return attention(drawing.arrays["weights"], drawing.words["words"], title)


def _attention_said(drawing: Drawing) -> str:
    words, heads = drawing.words["words"], []
    for number, weights in enumerate(drawing.arrays["weights"], start=1):
        looks, at = np.unravel_index(int(np.argmax(weights)), weights.shape)
        heads.append(f"head {number}: “{words[looks]}” looks at “{words[at]}” ({weights.max():.0%})")
    return f"The strongest attention of each head in “{' '.join(words)}”: {'; '.join(heads)}."


def _norms_said(drawing: Drawing) -> str:
    means = zip(drawing.words["blocks"], drawing.arrays["spans"][:, 0], strict=True)
    return f"Mean norm of a token's vector after {', '.join(f'{name} {mean:.2f}' for name, mean in means)}."


# -- why it does not learn ------------------------------------------------------------------------


def _layers(drawing: Drawing) -> Figure:
    return autopsy.layers(drawing.arrays["values"], drawing.words["names"], drawing.words["what"][0])


def _layers_said(drawing: Drawing) -> str:
    shown = [
        f"{name} {value:.2g}" for name, value in zip(drawing.words["names"], drawing.arrays["values"], strict=True)
    ]
    return f"{autopsy.TITLES[drawing.words['what'][0]]}: {', '.join(shown)}."


def _repaired(drawing: Drawing) -> Figure:
    return autopsy.repaired(drawing.arrays["losses"], drawing.arrays["better"], drawing.words["change"][0])


def _repaired_said(drawing: Drawing) -> str:
    losses, better = drawing.arrays["losses"], drawing.arrays["better"]
    ends = [f"{each[-1]:.3g} after {len(each)} steps" for each in (losses, better)]
    return f"The loss of the model as it is, {ends[0]}; with {drawing.words['change'][0]}, {ends[1]}."


_KINDS: Mapping[str, tuple[Callable[[Drawing], Figure], Callable[[Drawing], str]]] = {
    "curves": (_curves, _curves_said),
    "optimisers": (_optimisers, _optimisers_said),
    "confusion": (_confusion, _confusion_said),
    "mistaken": (_mistaken, _mistaken_said),
    "lengths": (lambda drawing: error_by_length(_bins(drawing)), _lengths_said),
    "filters": (_filters, _filters_said),
    "activations": (_activations, _activations_said),
    "attention": (_attention, _attention_said),
    "layers": (_layers, _layers_said),
    "repaired": (_repaired, _repaired_said),
    "norms": (lambda drawing: layer_norms(drawing.arrays["spans"], drawing.words["blocks"]), _norms_said),
}
