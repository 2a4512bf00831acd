"""`olvery-tui`: opens the application at once, or hands the words to the command line.

The plain start imports neither Typer nor anything else that only commands need.
"""

from __future__ import annotations

import gc
import sys


def main() -> None:
    """The entry point of the command `olvery-tui`. Leaves with the exit code."""
    try:
        from olvery_tui.reporting import keep_off_the_screen
        from olvery_tui.start import open_application, start_options
        from olvery_tui.terminal import forget_variables, speak_utf8

        # Collecting garbage while everything is imported finds none and costs a tenth of the time.
        gc.disable()
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
