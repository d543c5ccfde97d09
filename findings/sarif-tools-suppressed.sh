#!/bin/sh
# sarif-tools counts a suppressed result as an error, and fails because of it.
#
# Expected: an accepted suppression takes a result out of the count, for that is what it is written for
# Seen: "sarif --check error" fails for a report whose only error is suppressed
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check sarif-tools==3.0.5
cat >"$folder/report.sarif" <<'SARIF'
{
  "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
  "version": "2.1.0",
  "runs": [{
    "tool": {"driver": {"name": "grader", "rules": [{"id": "conv"}]}},
    "results": [{
      "ruleId": "conv", "level": "error", "message": {"text": "dismissed by the instructor"},
      "suppressions": [{"kind": "external", "status": "accepted"}]
    }]
  }]
}
SARIF
"$folder/venv/bin/python" -m pip list --disable-pip-version-check 2>/dev/null | grep sarif
code=0
"$folder/venv/bin/sarif" --check error summary "$folder/report.sarif" || code=$?
echo "exit code: $code"
test "$code" != 0
