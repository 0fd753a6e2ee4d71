"""The demo's surroundings: sample sites and receivers on loopback, and the settings that lead to them."""

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from alerts.channels.webhook import fresh_secret
from alerts.demo.receivers.dingtalk import DingTalk
from alerts.demo.receivers.feishu import Feishu
from alerts.demo.receivers.mailbox import Mailbox
from alerts.demo.receivers.slack import Slack
from alerts.demo.receivers.strict import Strict
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
allow = [{allow}]
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
    dingtalk: DingTalk
    feishu: Feishu
    slack: Slack

    @property
    def chats(self) -> Mapping[str, Robot | Strict]:
        """The chats by channel."""
        return {"wecom": self.robot, "dingtalk": self.dingtalk, "feishu": self.feishu, "slack": self.slack}

    @property
    def targets(self) -> Mapping[str, Mapping[str, str]]:
        """Where each channel but mail is reached in this run."""
        return {
            "wecom": {"url": self.robot.url},
            "dingtalk": {"url": self.dingtalk.url, "secret": self.dingtalk.secret},
            "feishu": {"url": self.feishu.url, "secret": self.feishu.secret},
            "slack": {"url": self.slack.url},
            "webhook": {"url": self.hook.url, "secret": self.hook_secret},
        }


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
            dingtalk=running.enter_context(DingTalk()),
            feishu=running.enter_context(Feishu()),
            slack=running.enter_context(Slack()),
        )
        _point_settings(stage)
        yield stage


def _point_settings(stage: Stage) -> None:
    path = stage.folder / "yaoxun.toml"
    text = SETTINGS.format(
        home=stage.folder,
        port=stage.mailbox.port,
        proxy=stage.sites.proxy_url,
        allow=", ".join(f'"{one.address}"' for one in (*stage.chats.values(), stage.hook)),
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
