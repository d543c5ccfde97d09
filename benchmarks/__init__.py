"""The figures the project holds itself to, each measured beside its yardstick in one run."""
