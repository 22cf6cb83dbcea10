"""Keep works out of a training set when their rights holders have reserved them."""

__version__ = "0.1.0"
