# exercise = "m3_attention/classifier.py"
# mistake = "the blocks are in a plain Python list"
# caught_by = ["m3.classifier.init"]
# names = "list|ModuleList|parameters\\(\\)"
# methods = true
from torch import nn


class EncoderClassifier:
    def __init__(self, vocab_size, num_classes, d_model=128, num_heads=4, d_ff=256, num_layers=2, max_length=256,
                 padding_idx=0, dropout=0.1):
        super().__init__()
        self.padding_idx, self.max_length = padding_idx, max_length
        self.embedding = nn.Embedding(vocab_size, d_model, padding_idx=padding_idx)
        self.positions = nn.Embedding(max_length, d_model)
        self.dropout = nn.Dropout(dropout)
        self.blocks = [EncoderBlock(d_model, num_heads, d_ff, dropout) for _ in range(num_layers)]
        self.norm = nn.LayerNorm(d_model)
        self.classifier = nn.Linear(d_model, num_classes)
