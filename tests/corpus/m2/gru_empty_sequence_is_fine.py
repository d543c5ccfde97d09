# exercise = "m2_rnn/gru.py"
# mistake = "T = 0 is accepted and gives an empty array"
# caught_by = ["m2.gru.errors"]
# names = "time step|T = 0|empty|ValueError|T=0|no step"
# methods = true
class GRU:
    def _check_input(self, x, h0):
        if x.ndim != 3 or x.shape[2] != self.input_size:
            raise ValueError(f"expected (N, T, {self.input_size}), got {x.shape}")
        if h0 is not None and h0.shape != (len(x), self.hidden_size):
            raise ValueError(f"expected h0 ({len(x)}, {self.hidden_size}), got {h0.shape}")
