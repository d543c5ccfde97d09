# exercise = "m3_attention/classifier.py"
# mistake = "no positions: the order of the tokens does not matter"
# caught_by = ["m3.classifier.forward", "m3.classifier.init"]
# names = "position|order"
# methods = true
class EncoderClassifier:
    def forward(self, tokens):
        if tokens.ndim != 2 or not 1 <= tokens.shape[1] <= self.max_length:
            raise ValueError(f"expected (N, T), T up to {self.max_length}, got {tuple(tokens.shape)}")
        keep = tokens.ne(self.padding_idx)
        h = self.dropout(self.embedding(tokens))
        for layer in self.blocks:
            h = layer(h, keep)
        h = self.norm(h).masked_fill(~keep.unsqueeze(-1), 0.0)
        return self.classifier(h.sum(1) / keep.sum(1, keepdim=True).clamp(min=1))
