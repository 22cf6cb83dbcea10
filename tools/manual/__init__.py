"""What the generated blocks of the manuals say. Each function reads the code and returns Markdown."""
