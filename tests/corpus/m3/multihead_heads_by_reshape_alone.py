# exercise = "m3_attention/multihead.py"
# mistake = "reshape to (N, h, T, d) without the transpose"
# caught_by = ["m3.multihead.forward", "m3.multihead.heads"]
# names = "reshape|transpose|axes|mix"
# methods = true
class MultiHeadAttention:
    def _split(self, x):
        N, T, E = x.shape
        return x.reshape(N, self.num_heads, T, E // self.num_heads)

    def _merge(self, heads):
        N, h, T, d = heads.shape
        return heads.reshape(N, T, h * d)
