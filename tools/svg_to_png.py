"""Turn a Textual screenshot (SVG) into a PNG, to look at it where nothing shows SVG.

    python tools/svg_to_png.py tests/**/__snapshots__/**/*.svg --into /tmp/pictures

Needs libcairo2 and fonts-dejavu-core (Debian's names).
"""

import argparse
import html
import re
import sys
from pathlib import Path

import cairosvg

FONT_FACE = re.compile(r"@font-face\s*\{[^}]*\}")
_TEXT = re.compile(
    r'(<text [^>]*?)x="([\d.]+)"([^>]*?) textLength="([\d.]+)"([^>]*>)([^<]*)</text>'
)


def with_local_font(svg: str) -> str:
    """The picture without a font from the net: with one that the reader's machine has."""
    return FONT_FACE.sub("", svg).replace("Fira Code", "DejaVu Sans Mono")


def _cells(found: re.Match[str]) -> str:
    """A text with a place of its own for each letter: Cairo can't stretch to `textLength`."""
    before, start, middle, length, after, content = found.groups()
    letters = html.unescape(content)
    width = float(length) / max(1, len(letters))
    places = " ".join(f"{float(start) + index * width:.2f}" for index in range(len(letters)))
    return f'{before}x="{places}"{middle}{after}{content}</text>'


def to_png(svg: str, *, scale: float = 1.0) -> bytes:
    """The picture, drawn with a font that is here instead of one from the net."""
    local = _TEXT.sub(_cells, with_local_font(svg))
    return bytes(cairosvg.svg2png(bytestring=local.encode(), scale=scale))


def main() -> int:
    """Convert each file, beside it or into a folder; print where the pictures are."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE.svg")
    parser.add_argument("--into", type=Path, metavar="FOLDER", help="instead of beside each file")
    parser.add_argument("--scale", type=float, default=1.0)
    arguments = parser.parse_args()

    for file in arguments.files:
        picture = file.with_suffix(".png")
        if arguments.into:
            arguments.into.mkdir(parents=True, exist_ok=True)
            picture = arguments.into / picture.name
        picture.write_bytes(to_png(file.read_text("utf-8"), scale=arguments.scale))
        print(picture)
    return 0


if __name__ == "__main__":
    sys.exit(main())
