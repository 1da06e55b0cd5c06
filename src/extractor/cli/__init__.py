"""The command line: thin doors, each parses its arguments and calls one function."""
