"""A court file: everything that a registry's log proves of one declaration, with what verifies it alone."""
