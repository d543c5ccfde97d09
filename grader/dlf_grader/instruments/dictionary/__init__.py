"""The dictionary of mistakes: what every one-step edit of our solutions computes, mined and looked up."""
