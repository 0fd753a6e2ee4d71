"""`yaoxun rules why`: the tree of a rule with its answers on a notice, and what else kept it from its reader."""

from dataclasses import asdict
from typing import Annotated

import typer
from rich.text import Text
from rich.tree import Tree

from alerts.cli.marks import HIT
from alerts.cli.opening import opened
from alerts.cli.output import console, fail, local, print_json
from alerts.cli.rows import Json, now, transaction
from alerts.cli.rule_view import show_fault
from alerts.cli.why_words import Fact, facts_of
from alerts.rules import NoticeText, RuleError, parse
from alerts.rules.errors import Language
from alerts.rules.fields import FIELDS
from alerts.rules.tree import And, Or
from alerts.rules.why import Excerpt, Reason, why
from alerts.store.standing import Standing, find_standing
from crawler.archive.attachments import in_full
from crawler.archive.notices import find_notice
from crawler.notice import ArchivedNotice
