"""The demo's surroundings: sample sites and receivers on loopback, and the settings that lead to them."""

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from alerts.channels.webhook import fresh_secret
from alerts.demo.receivers.mailbox import Mailbox
from alerts.demo.receivers.webhook import Hook
from alerts.demo.receivers.wecom import Robot
from alerts.demo.sites import SampleSites
from config.settings import FILE_VARIABLE, PREFIX

SETTINGS = """# Written by `yaoxun demo`; the next run writes it anew.
home = "{home}"
timezone = "Asia/Shanghai"

[smtp]
host = "127.0.0.1"
port = {port}
security = "none"
sender = "要讯 <digest@yaoxun.example>"

[crawl]
proxy = "{proxy}"
contact = "demo@yaoxun.example"
delay = 0

[delivery]
allow = ["{robot}", "{hook}"]
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What runs while the demo lasts."""

    folder: Path
    sites: SampleSites
    mailbox: Mailbox
    robot: Robot
    hook: Hook
    hook_secret: str

    @property
    def targets(self) -> Mapping[str, Mapping[str, str]]:
        """Where each chat channel is reached in this run."""
        return {"wecom": {"url": self.robot.url}, "webhook": {"url": self.hook.url, "secret": self.hook_secret}}


@contextmanager
def set_up(folder: Path) -> Iterator[Stage]:
    """Start the sites and receivers, and point this process's settings (and its children's) at them alone."""
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    secret = _kept_secret(folder / "webhook-secret")
    with ExitStack() as running:
        stage = Stage(
            folder=folder,
            sites=running.enter_context(SampleSites()),
            mailbox=running.enter_context(Mailbox(folder / "mail")),
            robot=running.enter_context(Robot()),
            hook=running.enter_context(Hook(secret)),
            hook_secret=secret,
        )
        _point_settings(stage)
        yield stage


def _point_settings(stage: Stage) -> None:
    path = stage.folder / "yaoxun.toml"
    text = SETTINGS.format(
        home=stage.folder,
        port=stage.mailbox.port,
        proxy=stage.sites.proxy_url,
        robot=stage.robot.address,
        hook=stage.hook.address,
    )
    path.write_text(text, encoding="utf-8")
    for name in [name for name in os.environ if name.startswith(PREFIX) and not name.startswith(f"{PREFIX}LOG")]:
        del os.environ[name]
    os.environ[FILE_VARIABLE] = str(path)


def _kept_secret(path: Path) -> str:
    """Return the secret that signs the demo's webhooks, made once per folder."""
    if not path.exists():
        path.write_text(fresh_secret(), encoding="ascii")
        path.chmod(0o600)
    return path.read_text(encoding="ascii")
