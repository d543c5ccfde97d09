# exercise = "m3_attention/classifier.py"
# mistake = "attention ignores padding, but the mean at the end includes it"
# caught_by = ["m3.classifier.padding"]
# names = "mean|padding|pool"
# methods = true
import torch


class EncoderClassifier:
    def forward(self, tokens):
        if tokens.ndim != 2 or not 1 <= tokens.shape[1] <= self.max_length:
            raise ValueError(f"expected (N, T) with 1 <= T <= {self.max_length}, got {tuple(tokens.shape)}")
        real = tokens != self.padding_idx
        x = self.embedding(tokens) + self.positions(torch.arange(tokens.shape[1], device=tokens.device))
        x = self.dropout(x)
        for block in self.blocks:
            x = block(x, real)
        return self.classifier(self.norm(x).mean(dim=1))
