"""Before a wheel, an sdist or an editable install is made, the catalogue is compiled."""

import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileCatalogue(BuildHookInterface[Any]):
    """Makes the `.mo` that git does not keep."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before it collects the files."""
        tool = Path(self.root) / "tools" / "catalogue.py"
        subprocess.run([sys.executable, str(tool), "compile"], check=True, stdout=sys.stderr)
