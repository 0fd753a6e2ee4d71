"""The templates of mails."""

from functools import cache

import jinja2
from markupsafe import Markup

from alerts.channels.inlining import CSS, TEMPLATES


@cache
def template(name: str) -> jinja2.Template:
    """Return a template, read once."""
    return _environment().get_template(name)


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,  # always: select_autoescape() would not know this file's ending
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # our own file, and quotes in it must stay quotes
    environment.globals["css"] = Markup(CSS)  # noqa: S704  see above
    return environment
