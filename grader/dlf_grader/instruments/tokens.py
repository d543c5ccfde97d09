"""What to say of the function in which a text meets padding, or earlier tokens meet later ones, by what is wrong there.

What that is, `dlf_reference.training.autopsy.forward.operations` finds out.
"""

from __future__ import annotations

from dlf_grader.report import Diagnosis

SOFTMAX_AXIS = Diagnosis(
    "softmax-axis", "The weights of a query do not add up to 1 over its keys. Apply the softmax over them: dim=-1."
)
BOTH = {
    "softmax-axis": SOFTMAX_AXIS,
    "fill-unused": Diagnosis(
        "fill-unused",
        "Nothing takes what this line computes: masked_fill and where leave their input as it is. Assign the result: "
        "x = x.masked_fill(mask, value).",
    ),
    "fill-small": Diagnosis(
        "fill-small",
        "The hidden scores are nearly 0 here, and a softmax gives a score of 0 a weight like any other. Hide scores "
        "with -1e9, or with torch.finfo(dtype).min.",
    ),
    "masked-late": Diagnosis(
        "masked-after-softmax",
        "The mask comes after the softmax, so the weights of a query add up to less than 1. Hide the scores before it.",
    ),
    "norm": Diagnosis(
        "tokens-normalised-together",
        "This norm takes several tokens together. Normalise each by itself: over its features alone, the last axis.",
    ),
    "split": Diagnosis(
        "heads-split-across-tokens",
        "This gives a head pieces of several tokens. Use view(N, T, heads, d), and transpose(1, 2) after it.",
    ),
    "merged": Diagnosis(
        "heads-merged-across-tokens",
        "This puts pieces of several tokens together. Use transpose(1, 2) before it: from (N, heads, T, d) to "
        "(N, T, heads, d).",
    ),
    "transposed": Diagnosis(
        "weights-transposed",
        "The weights are transposed in this product. A row holds the weights of one query: weights @ values.",
    ),
}
LATER = BOTH | {
    "next": Diagnosis(
        "next-key-seen",
        "Each token sees the next one too: of query t the keys are hidden from t + 2 on. Hide them from t + 1 on.",
    ),
    "scores": Diagnosis(
        "later-keys-seen",
        "Later keys get a weight: set their scores to −inf before the softmax, in every block.",
    ),
    "convolution": Diagnosis(
        "later-tokens-convolved",
        "This convolution reads later tokens. Pad on the left alone: F.pad(x, (kernel_size - 1, 0)), and padding=0.",
    ),
    "pooled": Diagnosis(
        "later-tokens-pooled",
        "This takes all tokens together. Take one token's features, or at place t the tokens up to t.",
    ),
}
PADDED = BOTH | {
    "scores": Diagnosis(
        "padding-weighted",
        "Padding gets a weight: set the scores of padded places to torch.finfo(dtype).min before the softmax.",
    ),
    "convolution": Diagnosis(
        "padding-convolved", "This convolution reads the padding beside a text. Set padded places to 0 before it."
    ),
    "mean": Diagnosis(
        "padding-in-mean", "This mean counts padding: add up the real tokens alone, and divide by their number."
    ),
    "sum": Diagnosis("padding-in-sum", "This sum takes in padding: set padded places to 0 before it."),
    "maximum": Diagnosis(
        "padding-in-maximum",
        "Padding takes part in this maximum: set padded places to torch.finfo(dtype).min before it.",
    ),
    "divided": Diagnosis(
        "divided-by-padding", "This divides by a number that counts padding: divide by the number of real tokens."
    ),
    "reversed": Diagnosis(
        "padding-reversed",
        "This reverses whole rows, so that their padding comes first. Reverse each text within its own length: place t "
        "takes the token at length - 1 - t.",
    ),
    "backwards": Diagnosis(
        "padding-read-backwards",
        "The backward direction begins in the padding: reverse each text within its own length, or pack the texts.",
    ),
    "last-state": Diagnosis(
        "state-after-padding",
        "The layer's last state comes after the padding: take outputs[n, lengths[n] - 1], or pack the texts.",
    ),
}
