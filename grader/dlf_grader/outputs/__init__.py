"""Ways to show a report; each is a plugin, made from the report alone."""
