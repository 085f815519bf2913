"""`python -m radiobridge` is `radiobridge`."""

import sys

from radiobridge.cli import main

sys.exit(main())
