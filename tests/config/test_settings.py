"""Every way to give a setting, and every way to give it wrongly."""

from pathlib import Path

import pytest

from config.settings import Settings, SettingsError, every_setting, load_settings


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def load(text: str = "", **environment: str) -> Settings:
    Path("yaoxun.toml").write_text(text, encoding="utf-8")
    return load_settings(environment)


def test_without_anything_the_defaults_hold(tmp_path: Path) -> None:
    settings = load_settings({"PATH": "/bin"})
    assert settings == Settings()
    assert settings.database == f"sqlite:///{tmp_path / 'data' / 'yaoxun.db'}"
    assert settings.zone.key == "Asia/Shanghai"
    assert settings.regions.exists()
    assert settings.sections.exists()


def test_the_environment_wins_over_the_file() -> None:
    settings = load(
        'home = "file"\nlanguage = "en"\n[smtp]\nhost = "mail.file.example"\nport = 25\n',
        YAOXUN_HOME="variable",
        YAOXUN_SMTP_HOST="mail.variable.example",
    )
    assert settings.home == Path("variable")
    assert settings.language == "en"
    assert (settings.smtp.host, settings.smtp.port) == ("mail.variable.example", 25)


def test_a_variable_of_a_group_needs_no_table_in_the_file() -> None:
    settings = load(YAOXUN_CRAWL_MAX_PAGE_BYTES="1000", YAOXUN_SMTP_REPLY_TO="desk@office.example")
    assert settings.crawl.max_page_bytes == 1000
    assert settings.smtp.reply_to == "desk@office.example"


def test_the_process_s_own_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YAOXUN_LOG_LEVEL", "debug")
    assert load_settings().log.level == "debug"


def test_another_file_can_be_named(tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    other.write_text('timezone = "Europe/Paris"', encoding="utf-8")
    assert load('timezone = "UTC"', YAOXUN_CONFIG=str(other)).timezone == "Europe/Paris"


def test_a_named_file_must_exist() -> None:
    with pytest.raises(SettingsError, match=r"^missing\.toml: cannot be read"):
        load(YAOXUN_CONFIG="missing.toml")


@pytest.mark.parametrize("content", [b"home = ", b'home = "\xff\xfe"'])
def test_a_file_that_is_no_toml_is_named(content: bytes) -> None:
    Path("yaoxun.toml").write_bytes(content)
    with pytest.raises(SettingsError, match=r"^yaoxun\.toml: cannot be read as TOML"):
        load_settings({})


@pytest.mark.parametrize(
    ("given", "hosts"),
    [
        ("127.0.0.1:8080,hooks.internal", ("127.0.0.1:8080", "hooks.internal")),
        (" 127.0.0.1:8080 , hooks.internal ,", ("127.0.0.1:8080", "hooks.internal")),
        ('["127.0.0.1:8080", "hooks.internal"]', ("127.0.0.1:8080", "hooks.internal")),
        ("", ()),
    ],
)
def test_a_list_is_written_with_commas_or_as_json(given: str, hosts: tuple[str, ...]) -> None:
    settings = load(YAOXUN_DELIVERY_ALLOW=given, YAOXUN_CRAWL_ALLOW=given)
    assert settings.delivery.allow == settings.crawl.allow == hosts


def test_a_list_in_the_file_is_a_list() -> None:
    assert load('[delivery]\nallow = ["hooks.internal"]').delivery.allow == ("hooks.internal",)


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("YAOXUN_SMTP_PORT", "0", "greater than or equal to 1"),
        ("YAOXUN_SMTP_PORT", "smtp", "valid integer"),
        ("YAOXUN_SMTP_PORT", "", "valid integer"),
        ("YAOXUN_SMTP_SECURITY", "ssl", "'starttls', 'tls' or 'none'"),
        ("YAOXUN_SMTP_HOST", "smtp://mail.office.example", "takes the name of a host alone"),
        ("YAOXUN_SMTP_SENDER", "yaoxun", "takes an address such as"),
        ("YAOXUN_SMTP_SENDER", "Yaoxun <yaoxun@office.example>\nBcc: all@office.example", "takes an address such as"),
        ("YAOXUN_SMTP_REPLY_TO", "desk at office", "takes an address such as"),
        ("YAOXUN_SMTP_TIMEOUT", "inf", "finite number"),
        ("YAOXUN_CRAWL_DELAY", "-1", "greater than or equal to 0"),
        ("YAOXUN_CRAWL_PER_HOST", "9", "less than or equal to 8"),
        ("YAOXUN_DELIVERY_ALLOW", "http://hooks.internal", "takes the name of a host alone"),
        ("YAOXUN_DELIVERY_ALLOW", '["hooks.internal"', "delimiter"),
        ("YAOXUN_DELIVERY_ATTEMPTS", "51", "less than or equal to 50"),
        ("YAOXUN_LOG_LEVEL", "verbose", "'debug', 'info', 'warning' or 'error'"),
        ("YAOXUN_LANGUAGE", "de", "'zh' or 'en'"),
        ("YAOXUN_TIMEZONE", "Asia/Shangai", "no time zone is called 'Asia/Shangai'"),
        ("YAOXUN_TIMEZONE", "/etc/localtime", "no time zone is called"),
        ("YAOXUN_PUBLIC_URL", "yaoxun.example", "takes an https address"),
        ("YAOXUN_PUBLIC_URL", "http://yaoxun.example", "takes an https address"),
        ("YAOXUN_PUBLIC_URL", "https:///path", "takes an https address"),
        ("YAOXUN_PUBLIC_URL", "https://yaoxun.example/?a=1", "without spaces"),
        ("YAOXUN_PUBLIC_URL", "https://desk@yaoxun.example", "without spaces"),
        ("YAOXUN_PUBLIC_URL", "https://[yaoxun", "Invalid IPv6"),
    ],
)
def test_a_wrong_variable_is_named_and_said_what_it_takes(variable: str, value: str, message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(**{variable: value})
    assert str(caught.value).startswith(f"{variable}: ")
    assert message in str(caught.value)
    assert f"(given: {value!r})" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[smtp]\nport = 70000", "yaoxun.toml: smtp.port: "),
        ('[smtp]\nport = "many"', "yaoxun.toml: smtp.port: "),
        ("home = 7", "yaoxun.toml: home: "),
        ('smtp = "mail.office.example"', "yaoxun.toml: smtp: "),
        ('[smtp]\nhots = "a"', "yaoxun.toml: smtp.hots: there is no such setting; did you mean smtp.host?"),
        ("[log.format]\nx = 1", "yaoxun.toml: log.format: "),
        ("langage = 'en'", "yaoxun.toml: langage: there is no such setting; did you mean language?"),
        ("qqqq = 1", "yaoxun.toml: qqqq: there is no such setting"),
    ],
)
def test_a_wrong_value_in_the_file_names_file_and_key(text: str, message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(text)
    assert str(caught.value).startswith(message)


def test_a_variable_cannot_hide_a_table_that_is_none() -> None:
    with pytest.raises(SettingsError, match=r"^yaoxun\.toml: smtp: "):
        load('smtp = "mail.office.example"', YAOXUN_SMTP_PORT="25")


def test_every_fault_has_its_line() -> None:
    with pytest.raises(SettingsError) as caught:
        load("[smtp]\nport = 0", YAOXUN_LANGUAGE="de")
    assert [line.split(": ")[0] for line in str(caught.value).splitlines()] == ["YAOXUN_LANGUAGE", "yaoxun.toml"]


@pytest.mark.parametrize(
    ("variable", "nearest"),
    [
        ("YAOXUN_SMPT_HOST", "; did you mean YAOXUN_SMTP_HOST?"),
        ("YAOXUN_SMTP", "; did you mean YAOXUN_SMTP_USER?"),
        ("YAOXUN_CONFG", "; did you mean YAOXUN_CONFIG?"),
        ("YAOXUN_ÄÖÜ", ""),
    ],
)
def test_an_unknown_variable_is_refused_with_the_nearest_name(variable: str, nearest: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(**{variable: "x"})
    assert str(caught.value) == f"{variable}: there is no such setting{nearest}"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://yaoxun.example/", "https://yaoxun.example"),
        ("https://office.example/yaoxun/", "https://office.example/yaoxun"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8000"),
        ("", ""),
    ],
)
def test_the_public_address_ends_without_a_slash(given: str, kept: str) -> None:
    assert load(YAOXUN_PUBLIC_URL=given).public_url == kept


@pytest.mark.parametrize(
    "sender", ["yaoxun@office.example", "要讯 <yaoxun@office.example>", '"A, B" <a@b.example>', ""]
)
def test_a_sender_may_have_a_name(sender: str) -> None:
    assert load(YAOXUN_SMTP_SENDER=sender).smtp.sender == sender


def test_no_password_is_ever_shown() -> None:
    settings = load(
        YAOXUN_SMTP_PASSWORD="s3cret",
        YAOXUN_DATABASE_URL="postgresql://yaoxun:s3cret@db.internal/yaoxun",
        YAOXUN_CRAWL_PROXY="http://desk:s3cret@proxy.internal:3128",
    )
    assert "s3cret" not in repr(settings)
    assert "s3cret" not in str(settings)
    assert settings.smtp.password.get_secret_value() == "s3cret"


@pytest.mark.parametrize(
    ("text", "environment"),
    [
        ('[crawl]\nproxy = "socks5://desk:s3cret@proxy.internal"', {}),
        ("", {"YAOXUN_CRAWL_PROXY": "desk:s3cret@proxy.internal"}),
        ('[smtp]\npassword = ["s3cret"]', {}),
        ('[smtp]\npasswrd = "s3cret"', {}),
        ('database_url = ["s3cret"]', {}),
    ],
)
def test_no_password_stands_in_an_error(text: str, environment: dict[str, str]) -> None:
    with pytest.raises(SettingsError) as caught:
        load(text, **environment)
    assert "s3cret" not in str(caught.value)


def test_every_setting_has_a_variable_a_name_and_a_meaning() -> None:
    rows = {variable: (name, meaning) for variable, name, _default, meaning in every_setting()}
    assert rows["YAOXUN_HOME"][0] == "home"
    assert rows["YAOXUN_SMTP_REPLY_TO"][0] == "smtp.reply_to"
    assert all(meaning for _name, meaning in rows.values())
    assert len(rows) == len(every_setting())


def test_every_variable_reaches_its_setting() -> None:
    for variable, name, default, _meaning in every_setting():
        shown = ",".join(default) if isinstance(default, tuple) else str(default)
        if name == "smtp.password":
            continue
        value = load(**{variable: shown})
        for part in name.split("."):
            value = getattr(value, part)
        assert value == default, variable


@pytest.mark.parametrize("url", ["foo", "mysql://h/x", "postgresql://user:sec:ret@host:abc/x"])
def test_a_database_that_cannot_be_is_named_and_its_password_is_not(url: str) -> None:
    with pytest.raises(SettingsError, match="YAOXUN_DATABASE_URL") as refused:
        load(YAOXUN_DATABASE_URL=url)
    assert "sqlite:////" in str(refused.value)
    assert "sec:ret" not in str(refused.value)
