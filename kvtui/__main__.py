"""`python -m kvtui` is the same program as the `kvtui` script."""

import sys

from kvtui.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
