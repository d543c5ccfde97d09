"""How a check decides.

case, names, written, compare (what is asked, and how answers are compared) · subjects/ (what is checked, in the worker)
judge (the one loop) · gradient, bad_shapes, initial, logits, invariance, behaviour/, training/ (other ways to check)
methods, plugin, known (which way a check goes, and which mistakes it names) · pictures (of a training)
mistakes/, dictionary/, exceptions/, autopsy/ (what is said of a failure) · edits/, repair (changes of code that say it)
"""
