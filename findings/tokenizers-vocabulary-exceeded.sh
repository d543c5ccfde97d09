#!/bin/sh
# A BPE tokeniser trained to a vocabulary of 5 has 26 tokens.
#
# Expected: vocab_size bounds the vocabulary; what cannot be kept is refused
# Seen: all characters of the texts are kept, however many, without a word
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check tokenizers==0.23.3
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import tokenizers
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

tokeniser = Tokenizer(models.BPE())
tokeniser.pre_tokenizer = pre_tokenizers.Whitespace()
trainer = trainers.BpeTrainer(vocab_size=5, show_progress=False)
tokeniser.train_from_iterator(["the quick brown fox jumps over the lazy dog"], trainer)
print("tokenizers", tokenizers.__version__, "  asked for 5 tokens, got", tokeniser.get_vocab_size())
assert tokeniser.get_vocab_size() == 26
PYTHON
