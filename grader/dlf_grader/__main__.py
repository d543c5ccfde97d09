"""`python -m dlf_grader`: `dlf-grade` where it is not on the path."""

from dlf_grader.cli import console

if __name__ == "__main__":
    console()
