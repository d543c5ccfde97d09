# /// attack
# tries = "Takes the watching finder off sys.meta_path, and imports PyTorch."
# status = "refused"
# says = "imports torch"
# ///
import sys

sys.meta_path[:] = [finder for finder in sys.meta_path if finder.__class__.__name__ != "_Finder"]
torch = __import__("torch")
Embedding = torch.nn.Embedding
