# /// attack
# tries = "Runs the text of the solution, which stands in the course's own folder."
# status = "failed"
# says = "PermissionError"
# promised_from = "locked"
# [on.bwrap]
# status = "failed"
# says = "raised FileNotFoundError"
# ///
with open("@ROOT@/solutions/m2_rnn/embedding.py") as solution:
    exec(compile(solution.read(), "embedding.py", "exec"))
