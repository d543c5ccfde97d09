# /// honest
# tries = "Replaces sys.stdout, closes sys.stdin, and writes bytes that are no text."
# ///
import io
import os
import sys

sys.stdout = io.StringIO()
sys.stdin.close()
os.write(1, b"\xff\xfe\x00 not text \x1b[2J\n")
os.write(2, bytes(range(256)))
