"""The command line: everything the window can do, for scripts, tests and people without a screen."""
