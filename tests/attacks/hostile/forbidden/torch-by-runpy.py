# /// attack
# tries = "Runs PyTorch's own files with runpy."
# status = "refused"
# says = "imports torch"
# ///
import runpy

Embedding = runpy.run_path("@SITE@/torch/__init__.py")["nn"].Embedding
