"""`python -m signdecoder` is the same as `signdecoder`."""

import sys

from signdecoder.cli import main

if __name__ == "__main__":
    sys.exit(main())
