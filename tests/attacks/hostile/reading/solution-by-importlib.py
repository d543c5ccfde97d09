# /// attack
# tries = "Loads the solution as a module from its path."
# status = "failed"
# says = "PermissionError"
# promised_from = "locked"
# [on.bwrap]
# status = "failed"
# says = "raised FileNotFoundError"
# ///
from importlib.util import module_from_spec, spec_from_file_location

spec = spec_from_file_location("other", "@ROOT@/solutions/m2_rnn/embedding.py")
module = module_from_spec(spec)
spec.loader.exec_module(module)
Embedding = module.Embedding
