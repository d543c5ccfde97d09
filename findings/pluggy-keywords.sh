#!/bin/sh
# An implementation of a pluggy hook that takes **kwargs is called without any argument.
#
# Expected: def told(**arguments) sees every argument of the hook, as it would from a call by keyword
# Seen: pluggy passes what the signature names, and **kwargs names nothing; no error, no warning
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check pluggy==1.7.0
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import pluggy

spec, implementation = pluggy.HookspecMarker("demo"), pluggy.HookimplMarker("demo")


class Specification:
    @spec
    def told(self, name, mark): ...


class Plugin:
    @implementation
    def told(self, **arguments):
        return arguments


manager = pluggy.PluginManager("demo")
manager.add_hookspecs(Specification)
manager.register(Plugin())
manager.check_pending()
print("pluggy", pluggy.__version__, "  arguments seen:", manager.hook.told(name="m0", mark=3))
assert manager.hook.told(name="m0", mark=3) == [{}]
PYTHON
