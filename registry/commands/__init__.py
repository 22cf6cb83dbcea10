"""Commands of `optout-registry` that are more than a few, by subject. May import everything but `registry.cli`."""
