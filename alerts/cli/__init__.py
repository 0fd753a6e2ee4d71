"""The `yaoxun` command, one file per noun; app.py puts them together."""
