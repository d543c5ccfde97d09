# /// attack
# tries = "Builds PyTorch's module from its path, without the import statement."
# status = "refused"
# says = "imports torch"
# ///
from importlib.util import module_from_spec, spec_from_file_location

spec = spec_from_file_location("mine", "@SITE@/torch/__init__.py", submodule_search_locations=["@SITE@/torch"])
torch = module_from_spec(spec)
spec.loader.exec_module(torch)
