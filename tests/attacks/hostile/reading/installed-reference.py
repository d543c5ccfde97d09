# /// attack
# tries = "Reads the oracles where packages are installed."
# status = "refused"
# says = "imports dlf_reference"
# ///
with open("@SITE@/dlf_reference/oracles/m2.py") as oracles:
    exec(oracles.read())
