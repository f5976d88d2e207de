"""Presets of keys: what each changes against the default, by action id."""

from collections.abc import Mapping

Keys = tuple[str, ...]

_VIM: Mapping[str, Keys] = {
    "app.search": ("f5",),
    "composer.command": ("colon", "slash"),
    "composer.focus": ("escape", "i", "c"),
    "message.details": ("K",),
    "cursor.page_up": ("ctrl+u", "ctrl+b", "b"),
    "cursor.page_down": ("ctrl+d", "ctrl+f", "space"),
    "room.up": ("alt+k", "alt+up"),
    "room.down": ("alt+j", "alt+down"),
}

_EMACS: Mapping[str, Keys] = {
    "app.palette": ("alt+x",),
    "app.search": ("ctrl+s",),
    "room.next_unread": ("alt+a",),
    "composer.leave": ("escape", "ctrl+g"),
    "composer.focus": ("escape", "ctrl+g", "c"),
    "list.leave": ("escape", "ctrl+g"),
    "cursor.up": ("p", "k", "up", "ctrl+p"),
    "cursor.down": ("n", "j", "down", "ctrl+n"),
    "cursor.oldest": ("alt+less_than_sign", "g", "home"),
    "cursor.newest": ("alt+greater_than_sign", "G", "end"),
    "cursor.page_up": ("alt+v", "b"),
    "cursor.page_down": ("ctrl+v", "space"),
    "list.up": ("p", "k", "up", "ctrl+p"),
    "list.down": ("n", "j", "down", "ctrl+n"),
    "completion.next": ("down", "ctrl+n"),
    "completion.previous": ("up", "ctrl+p"),
    "completion.dismiss": ("escape", "ctrl+g"),
}

PRESETS: Mapping[str, Mapping[str, Keys]] = {"default": {}, "vim": _VIM, "emacs": _EMACS}
