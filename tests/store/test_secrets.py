"""The vault: one key per data folder, made once, readable by its owner alone."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from alerts.store.secrets import KEY_FILE, Vault, VaultError

TARGET = {"url": "https://chat.example/hook?key=12345678", "名": "晨报"}


def test_what_is_sealed_opens_again_and_cannot_be_read_in_between(tmp_path: Path) -> None:
    sealed = Vault.open(tmp_path).seal(TARGET)
    assert "12345678" not in sealed
    assert Vault.open(tmp_path).unseal(sealed) == TARGET


def test_the_key_is_for_its_owner_alone_and_nothing_else_is_left(tmp_path: Path) -> None:
    Vault.open(tmp_path / "data")
    assert stat.S_IMODE((tmp_path / "data" / KEY_FILE).stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "data").iterdir()] == [KEY_FILE]


def test_many_starters_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        vaults = list(pool.map(lambda _: Vault.open(tmp_path), range(32)))
    sealed = vaults[0].seal(TARGET)
    assert all(vault.unseal(sealed) == TARGET for vault in vaults)
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]


def test_another_key_says_what_to_do(tmp_path: Path) -> None:
    sealed = Vault.open(tmp_path / "one").seal(TARGET)
    with pytest.raises(VaultError, match=r"two.*Put back the key file"):
        Vault.open(tmp_path / "two").unseal(sealed)


def test_a_file_that_is_no_key_is_named(tmp_path: Path) -> None:
    (tmp_path / KEY_FILE).write_text("hello")
    with pytest.raises(VaultError, match=r"secret\.key: this is no key"):
        Vault.open(tmp_path)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(VaultError, match="cannot be read or made"):
        Vault.open(tmp_path / "file" / "data")


def test_the_key_does_not_show_in_a_log(tmp_path: Path) -> None:
    vault = Vault.open(tmp_path)
    assert (tmp_path / KEY_FILE).read_text() not in repr(vault)
