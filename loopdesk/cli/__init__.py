"""The command line: what the window can do, for scripts, tests and people without a screen."""
