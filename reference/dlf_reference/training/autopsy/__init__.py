"""Why a training does not learn: looks at a model, and short trainings that each differ in one thing.

All of it runs beside the learner's code and gives plain data back; which cause they prove is decided elsewhere.
"""
