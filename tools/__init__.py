"""For developers of this project, not shipped: what keeps files of the checkout up to date with the code."""
