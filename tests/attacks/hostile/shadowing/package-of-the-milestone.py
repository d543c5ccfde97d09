# /// attack
# tries = "Defines the answer in the package's __init__, which runs before the file itself, and patches other exercises there."
# status = "failed"
# says = "expected Embedding in m2_rnn.embedding, which defines nothing"
# [files]
# "m2_rnn/__init__.py" = "class Embedding: ...\nimport sys; sys.modules['m4_optimisers.schedules'] = sys.modules[__name__]"
# ///
