"""`python -m tests.ssh`: names in one line what the tests over SSH need and this host has not; 1 then."""

import sys

from tests.ssh.server import missing

if lacking := missing():
    sys.exit(f"The tests over SSH need what is not installed here: {', '.join(lacking)}.")
