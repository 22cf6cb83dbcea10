"""Each extra alone: installed into an empty environment of each Python, and used for what it is there for.

asked         what an extra asks for, as `setup.cfg` has it
given         a snapshot, and files that it reserves
smoke         programs that use one extra each; they import nothing but the filter and what the extra brings
environments  makes an environment, and runs a program in it
"""
