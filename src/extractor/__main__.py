"""`extractor` and `python -m extractor`."""

import sys


def main() -> None:
    """Run a command and leave with its exit code. Ctrl-C ends it in the same way while Python is still importing."""
    try:
        from extractor.cli.main import main as run

        run()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
