"""A chat client for the terminal, its wire protocol and its command line."""

__version__ = "0.1.0"
