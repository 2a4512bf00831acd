"""Parts of the application, each in an application of its own."""

from tests.quick_textual import make_quick

make_quick()
