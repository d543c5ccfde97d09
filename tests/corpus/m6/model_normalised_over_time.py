# exercise = "m6_language/model.py"
# mistake = "a norm over (T, E) reads what comes later"
# caught_by = ["m6.model.future"]
# names = "[Ll]ater"
# methods = true
import torch
from torch import nn
from torch.nn import functional as F


class LanguageModel(nn.Module):
    def forward(self, tokens):
        if tokens.ndim != 2 or tokens.shape[1] == 0:
            raise ValueError(f"got {tuple(tokens.shape)}")
        if int(tokens.min()) < 0 or int(tokens.max()) >= self.vocab_size:
            raise ValueError(f"an id of {self.vocab_size} or more, or below 0: {tokens.tolist()[0][:3]}")
        x = self.dropout(self.embedding(tokens))
        for block in self.blocks:
            x = block(x)
        x = self.norm(F.layer_norm(x, x.shape[1:]))
        return x @ self.embedding.weight.T
