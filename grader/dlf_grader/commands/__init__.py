"""The small commands of `dlf-grade`, each imported only when called."""
