"""The templates of mails."""

from collections.abc import Callable
from functools import cache

import jinja2
from markupsafe import Markup

from alerts.channels.inlining import SHEET, TEMPLATES, inlined, kept_rules


class StyledLoader(jinja2.FileSystemLoader):
    """Reads templates with a style beside each class, which costs nothing when a mail is written."""

    def get_source(self, environment: jinja2.Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """Read one; its classes stand as they are, not in {{ }}."""
        source, path, is_fresh = super().get_source(environment, template)
        return inlined(source), path, is_fresh


@cache
def template(name: str, *, styled: bool = False) -> jinja2.Template:
    """Return a template, read once; `styled` for a mail, whose reader may drop the style sheet."""
    return _environment(styled=styled).get_template(name)


@cache
def _environment(*, styled: bool) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=(StyledLoader if styled else jinja2.FileSystemLoader)(TEMPLATES),
        autoescape=True,  # always: select_autoescape() would not know this file's ending
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # our own file, and quotes in it must stay quotes
    environment.globals["sheet"] = Markup(kept_rules() if styled else SHEET)  # noqa: S704  see above
    return environment
