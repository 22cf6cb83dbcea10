"""What the filter and the registry cost, beside what else could be used: `python -m benchmarks --rules 1000000`.

Every comparison is made side by side in one run on one machine, and read as a ratio: other people's processes slow
both sides. CPU time where a computation is measured, wall-clock time where a server is. Figures are for people: a
target that is missed is shown and fails nothing, a wrong answer fails the run. `docs/benchmarks.md` has the last
figures and how to read them.
"""
