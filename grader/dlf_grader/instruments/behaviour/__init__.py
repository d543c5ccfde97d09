"""Behaviour: what is asked besides the right numbers, claim by claim."""
