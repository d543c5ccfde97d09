# /// attack
# tries = "Loads PyTorch's library with ctypes."
# status = "refused"
# says = "torch"
# ///
import ctypes

library = ctypes.CDLL("@SITE@/torch/lib/libtorch_cpu.so")
