#!/bin/sh
# A byte-level tokeniser that was trained with the trainer's defaults drops bytes that it has not seen, in silence.
#
# Expected: the round trip is exact, which is what bytes are for, or there is an unknown token, or an error
# Seen: unseen bytes leave no token; decode(encode(text)) is shorter than the text
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check tokenizers==0.23.3
"$folder/venv/bin/python" - <<'PYTHON'
import tokenizers
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers


def trained(**options):
    tokeniser = Tokenizer(models.BPE())
    tokeniser.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokeniser.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=300, show_progress=False, **options)
    tokeniser.train_from_iterator(["add 12 and 30"], trainer)
    return tokeniser


text = "add 12 and 35"
defaults, whole = trained(), trained(initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
read, read_by_whole = (tokeniser.decode(tokeniser.encode(text).ids) for tokeniser in (defaults, whole))
print("tokenizers", tokenizers.__version__)
print("text:                                 ", text)
print("read back, the trainer's defaults:    ", read)
print("read back, initial_alphabet all bytes:", read_by_whole)
assert read_by_whole == text
assert read == "add 12 and 3"
PYTHON
