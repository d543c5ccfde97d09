"""What the reactions of a network's logits to parts of its input say, a sentence each; "" where there is nothing."""

from __future__ import annotations

import math

from dlf_reference.training.autopsy.measured import Looks

NOTHING, LITTLE = 1e-6, 1e-3
EXACT = 1e-9  # of what other tokens change, in float64
DROWNED = 10  # of what another token does to the weights of attention
APART = 0.75  # of the tokens: fewer that have logits of their own are no accident


def _reaction(looks: Looks, what: str) -> float:
    """How much the logits change; nan where that was not asked."""
    return next((r.change for r in looks.reactions if r.what == what), math.nan)


def is_narrow(looks: Looks) -> bool:
    """Whether 16 bits may hide small reactions."""
    return any(step.narrow for step in looks.steps)


def _ignored(looks: Looks, what: str, bound: float) -> bool:
    """Whether the logits react by less than a bound, and would show it if they did."""
    return _reaction(looks, what) < bound and not is_narrow(looks)


def batch_kept(looks: Looks) -> str:
    """A batch gets other logits after another batch."""
    if not _reaction(looks, "batch before") > LITTLE:
        return ""
    return "The same batch gets other logits after another batch: forward keeps something between calls."


def rows_reordered(looks: Looks) -> str:
    """Rows come back in another order."""
    share = _reaction(looks, "reordered")
    return f"{100 * share:.3g} % of the rows get the logits of another row of their batch." if share > 0.25 else ""


def pixels_pooled(looks: Looks) -> str:
    """The places of pixels do not matter."""
    if not _ignored(looks, "pixels", LITTLE) or not _reaction(looks, "all") > NOTHING:
        return ""
    return "An image's pixels can be shuffled without a change of the logits: only their mean or their like is read."


def halves_ignored(looks: Looks) -> list[str]:
    """The halves of an image that do not matter."""
    return [r.what for r in looks.reactions if r.what.endswith("half") and _ignored(looks, r.what, LITTLE)]


def half_ignored(looks: Looks) -> str:
    """Half of an image does not matter."""
    found = halves_ignored(looks)
    return f"The {found[0]} of the image changes no logit." if found else ""


def places_ignored(looks: Looks) -> list[str]:
    """The tokens that do not matter, as reactions call them."""
    return [r.what for r in looks.reactions if r.what.startswith("token") and r.change == 0]


def tokens_ignored(looks: Looks) -> str:
    """Many tokens do not matter."""
    asked = [r for r in looks.reactions if r.what.startswith("token")]
    found = places_ignored(looks)
    fades = any(0 < r.change < LITTLE for r in asked)  # a recurrent network forgets, and zero is only very little
    if len(found) < 2 or 3 * len(found) < len(asked) or fades or is_narrow(looks):
        return ""
    places = ", ".join(each.removeprefix("token ") for each in found[:3])
    return f"Of {len(asked)} tokens of a text, {len(found)} change no logit when they are replaced: places {places}."


def ids_merged(looks: Looks) -> str:
    """Different tokens are one and the same."""
    share = _reaction(looks, "ids")
    if not share < APART or not _reaction(looks, "all") > LITTLE or is_narrow(looks):
        return ""
    return f"{100 * (1 - share):.2g} % of the tokens get the logits of another: the model does not tell them apart."


def own_ignored(looks: Looks) -> str:
    """The token at a place does not matter to the logits there."""
    if not _ignored(looks, "own", NOTHING) or not _reaction(looks, "all") > LITTLE:
        return ""
    return (
        "The logits at a place stay as they are when the token there is another: they follow from earlier ones alone."
    )


def order_ignored(looks: Looks) -> str:
    """The order of tokens does not matter."""
    if not _ignored(looks, "order", EXACT) or looks.largest < LITTLE:
        return ""
    return (
        "Two neighbouring tokens can change places without a change of the logits: the model does not see their order."
    )


def order_hardly_seen(looks: Looks) -> str:
    """The order of tokens matters next to nothing."""
    if not _ignored(looks, "order", LITTLE) or looks.largest < LITTLE or order_ignored(looks):
        return ""
    share = f"{_reaction(looks, 'order'):.0e} of what two other tokens do"
    return (
        f"Two neighbouring tokens that change places change the logits by {share}: the model hardly sees their order."
    )


def order_not_attended(looks: Looks) -> str:
    """Attention gives two tokens the same weights wherever they are."""
    if not _reaction(looks, "attention") < LITTLE or order_ignored(looks) or order_hardly_seen(looks):
        return ""
    fact = "Two neighbouring tokens that change places keep their weights in every attention: none sees their order."
    return f"{fact} Where that matters, add positions to the tokens' vectors before the first block."


def tokens_not_attended(looks: Looks) -> str:
    """Attention follows from the tokens' places, and hardly from the tokens."""
    if not _reaction(looks, "attention") > DROWNED:
        return ""
    times = f"{_reaction(looks, 'attention'):.2g} times as much as two other tokens do"
    fact = f"Two tokens that change places change their weights in attention {times}: positions drown their vectors."
    return f"{fact} Where that matters, give both numbers of one size."


def read_apart(looks: Looks) -> str:
    """Tokens that are read together only where they are near."""
    distance = _reaction(looks, "apart")
    if math.isnan(distance):
        return ""
    fact = f"Tokens {distance:.0f} places or more apart add to the logits each by itself: nothing reads them together."
    return f"{fact} Where that matters, let the state, or attention, go on over the whole text."


def rows_mix(looks: Looks) -> str:
    """Other rows matter."""
    if not _reaction(looks, "rows") > 0.01:
        return ""
    return "An example's logits change with the other rows of its batch, in evaluation mode."


def padding_read(looks: Looks) -> str:
    """Padding matters."""
    if not _reaction(looks, "padding") > 0.05:
        return ""
    return "A text's logits change when padding follows it."


def later_seen(looks: Looks) -> str:
    """Later tokens matter."""
    if not _reaction(looks, "later") > LITTLE:
        return ""
    return "A later token changes the logits of earlier places: in training the model reads the answer."


def followed(follows: str, looks: Looks) -> str:
    """What is followed through forward: "half" and "token" stand for the first of those that change nothing."""
    found = {"half": halves_ignored, "token": places_ignored}
    return next(iter(found[follows](looks)), "") if follows in found else follows
