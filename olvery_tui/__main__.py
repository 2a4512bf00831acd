"""`olvery-tui`: open the application, or pass the arguments to the command line.

A plain start imports neither Typer nor anything else that only commands need.
"""

from __future__ import annotations

import gc
import sys


def main() -> None:
    """Run the command `olvery-tui` and exit with its exit code."""
    # Garbage collection during the imports finds nothing and takes a tenth of the start-up.
    gc.disable()
    try:
        from olvery_tui.reporting import keep_off_the_screen
        from olvery_tui.start import open_application, start_options
        from olvery_tui.terminal import forget_variables, speak_utf8

        forget_variables()
        speak_utf8()
        keep_off_the_screen()
        options = start_options(sys.argv[1:])
        if options is None:
            gc.enable()
            from olvery_tui.cli import run

            sys.exit(run())
        sys.exit(open_application(options))
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
