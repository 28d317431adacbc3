"""`python -m loopdesk` and the `loopdesk` command."""

import sys

from loopdesk.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
