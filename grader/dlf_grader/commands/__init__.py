"""The commands of `dlf-grade`, one module each, imported when the command is called."""
