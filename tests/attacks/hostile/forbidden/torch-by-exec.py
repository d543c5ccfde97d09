# /// attack
# tries = "Imports PyTorch in code that is text until it runs."
# status = "refused"
# says = "imports torch"
# ///
import base64

exec(base64.b64decode("aW1wb3J0IHRvcmNoCkVtYmVkZGluZyA9IHRvcmNoLm5uLkVtYmVkZGluZwo="))
