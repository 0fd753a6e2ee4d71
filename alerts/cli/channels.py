"""`yaoxun destinations channels`: what each channel asks of a target."""

from typing import Annotated

import typer

from alerts.channels import CHANNELS
from alerts.channels.table import channel_rows, label_of
from alerts.cli.opening import opened
from alerts.cli.output import fail, print_json, print_table
from alerts.cli.rows import Json
from alerts.store.errors import Unknown


def show_channels(
    channel: Annotated[str, typer.Argument(help="One channel, to see its fields in full.")] = "", as_json: Json = False
) -> None:
    """List the channels; or the fields of one, with what to write in each.

    Example: yaoxun destinations channels dingtalk
    """
    language = "zh" if opened().settings.language == "zh" else "en"
    if channel and channel not in CHANNELS:
        fail(str(Unknown("channel", channel, CHANNELS)), f"Known: {', '.join(CHANNELS)}", code=2)
    if as_json:
        print_json({"channels": [_as_dict(name, language) for name in CHANNELS if channel in {"", name}]})
    elif channel:
        _show_fields(channel, language)
    else:
        rows = (tuple(cell.replace("`", "") for cell in row) for row in channel_rows(language))
        print_table(("channel", "reaches", "fields", "pace"), rows)


def _show_fields(name: str, language: str) -> None:
    rows = (
        (
            field.name,
            "required" if field.required else "",
            "secret" if field.secret else "",
            " ".join(field.choices),
            field.told(language)[1],
        )
        for field in CHANNELS[name].fields
        if not field.hidden
    )
    print_table(("field", "", "", "one of", "what to write"), rows, title=label_of(CHANNELS[name], language))


def _as_dict(name: str, language: str) -> dict[str, object]:
    channel = CHANNELS[name]
    return {
        "name": name,
        "label": label_of(channel, language),
        "fields": [
            {
                "name": field.name,
                "label": field.told(language)[0],
                "help": field.told(language)[1],
                "required": field.required,
                "secret": field.secret,
                "choices": list(field.choices),
            }
            for field in channel.fields
            if not field.hidden
        ],
        "rates": [{"most": rate.most, "seconds": rate.seconds} for rate in channel.rates],
    }
