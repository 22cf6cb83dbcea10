"""A suite for the test of suites: blocks end well until the third."""

from collections import Counter

from tests.attacks.rounds import main_of


def run(block: int, rounds: int) -> Counter[str]:
    """Do nothing, or fail."""
    assert block < 3, "this block was to fail"
    return Counter(done=rounds)


if __name__ == "__main__":
    main_of(run)
