# exercise = "m3_attention/scores.py"
# mistake = "q (Wᵀ k): fits only where Dq = Dk, and is wrong there"
# caught_by = ["m3.luong.general"]
# names = "transpos|W\\.T|Wᵀ|W \\(Dq"
def _general_scores(query, keys, W):
    projected = query @ W.T
    return (keys * projected[:, None, :]).sum(axis=-1)
