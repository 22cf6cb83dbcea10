"""The registry: declarations are proved, logged and published here."""
