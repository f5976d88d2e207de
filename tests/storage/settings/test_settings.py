import tomllib

import pytest
from pydantic import ValidationError

from wschat_tui.storage.settings.history import History
from wschat_tui.storage.settings.problems import Known, Problem, SettingsError
from wschat_tui.storage.settings.read import load_settings, parse_settings
from wschat_tui.storage.settings.settings import Profile, Settings

WORK = '[profiles.work]\nserver = "ws://localhost:8765"\n'


@pytest.fixture
def complaints(toml):
    """The sentences about a text, without the name of the file."""

    def read(text, known=None):
        with pytest.raises(SettingsError) as caught:
            load_settings(toml(text), known or Known())
        sentences = str(caught.value).split("\n")
        assert len(sentences) == len(caught.value.problems)
        assert all(sentence.startswith("settings.toml") for sentence in sentences)
        return [sentence.removeprefix("settings.toml ") for sentence in sentences]

    return read


def test_without_a_file_everything_has_its_default(tmp_path):
    settings = load_settings(tmp_path / "none.toml")
    assert settings == Settings()
    assert settings.profile() is None
    assert settings.default_name is None
    assert (settings.ui.theme, settings.ui.keys, settings.ui.receipts) == ("", "default", "focused")
    assert (settings.ui.bell, settings.ui.animations) == (True, True)
    assert settings.ui.mouse
    assert settings.notifications.toasts == "mentions"


def test_a_profile_has_its_defaults(toml):
    profile = load_settings(toml(WORK)).profiles["work"]
    assert profile == Profile(server="ws://localhost:8765/v1/ws")
    assert (profile.user, profile.email, profile.rooms, profile.ca_file) == (None, None, (), None)
    assert (profile.dialect, profile.proxy) == ("standard", "env")
    assert (profile.token_in_url, profile.insecure) == (False, False)
    assert (profile.rate, profile.burst, profile.max_frame) == (8.0, 15, 8 * 1024 * 1024)


def test_everything_can_be_set(toml, tmp_path):
    settings = load_settings(
        toml("""\ufeffdefault_profile = "work"
[profiles.work]
server = "wss://chat.example.test/x"
user = "alice"
email = "alice@example.test"
dialect = "goconnect"
rooms = ["lobby", "network:team"]
token_in_url = true
insecure = true
ca_file = "own.pem"
proxy = "http://proxy.test:3128"
rate = 5
burst = 1
max_frame = 65536
[profiles.home]
server = "ws://[::1]:9"
ca_file = "/etc/ca.pem"
[ui]
theme = "nord"
keys = "vim"
receipts = "manual"
bell = false
animations = false
mouse = false
[keys]
message.reply = "R"
"message.edit" = ["E", "f4"]
[notifications]
toasts = "none"
""")
    )
    work = settings.profile()
    assert work is settings.profiles["work"]
    assert work.rooms == ("lobby", "network:team")
    assert work.ca_file == tmp_path / "own.pem"
    assert settings.profile("home").ca_file.as_posix() == "/etc/ca.pem"
    assert settings.profile("other") is None
    assert settings.keys == {"message.reply": ("R",), "message.edit": ("E", "f4")}
    assert (settings.ui.theme, settings.ui.keys, settings.notifications.toasts) == (
        "nord",
        "vim",
        "none",
    )
    assert type(work.rate) is float


def test_the_only_profile_is_the_default_and_of_two_none(toml):
    assert load_settings(toml(WORK)).default_name == "work"
    both = WORK + '[profiles.home]\nserver = "ws://x"\n'
    assert load_settings(toml(both)).profile() is None


def test_settings_cannot_be_changed_in_place():
    with pytest.raises(ValidationError):
        Settings().ui.theme = "x"


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ('[ui]\n\n\nthme = "x"', ["line 4: 'ui.thme' is not a setting; did you mean 'ui.theme'?"]),
        ('theme = "x"', ["line 1: 'theme' is not a setting; did you mean 'ui.theme'?"]),
        (
            "[notification]",
            ["line 1: 'notification' is not a setting; did you mean 'notifications'?"],
        ),
        (
            "[ui]\nqqq = 1",
            [
                (
                    "line 2: 'ui.qqq' is not a setting; there are animations, bell, keys, mouse, "
                    "receipts, theme."
                )
            ],
        ),
        (
            WORK + "server_url = 1",
            [
                "line 3: 'profiles.work.server_url' is not a setting; did you mean 'profiles.work.server'?"
            ],
        ),
        (
            WORK + "toasts = 1",
            [
                "line 3: 'profiles.work.toasts' is not a setting; did you mean 'notifications.toasts'?"
            ],
        ),
        (
            'server = "ws://x"',
            ["line 1: 'server' is not a setting; did you mean 'profiles.NAME.server'?"],
        ),
        (
            "[profiles.work]\nuser = 'alice'",
            [
                (
                    "line 1: 'profiles.work.server' is missing; it is the server's address, as in "
                    "wss://chat.example.test."
                )
            ],
        ),
        (
            "[profiles]\nwork.server = 'http://x'",
            ["line 2: 'profiles.work.server' must begin with ws:// or wss://."],
        ),
        ("profiles.work.server = 1", ["line 1: 'profiles.work.server' must be a text in quotes."]),
        (WORK + "ca_file = 1", ["line 3: 'profiles.work.ca_file' must be a text in quotes."]),
        (WORK + "insecure = 1", ["line 3: 'profiles.work.insecure' must be true or false."]),
        (WORK + "burst = 1.5", ["line 3: 'profiles.work.burst' must be a whole number."]),
        (WORK + "burst = 0", ["line 3: 'profiles.work.burst' must be at least 1."]),
        (WORK + "rate = '8'", ["line 3: 'profiles.work.rate' must be a number."]),
        (WORK + "rate = 0", ["line 3: 'profiles.work.rate' must be more than 0."]),
        (WORK + "rate = inf", ["line 3: 'profiles.work.rate' must be a finite number."]),
        (WORK + "rate = 1001", ["line 3: 'profiles.work.rate' must be at most 1000."]),
        (WORK + "rate = nan", ["line 3: 'profiles.work.rate' must be a finite number."]),
        (
            WORK + "max_frame = 1000000000",
            ["line 3: 'profiles.work.max_frame' must be at most 67108864."],
        ),
        (
            WORK + "rooms = 'lobby'",
            ['line 3: \'profiles.work.rooms\' must be a list of texts, as in ["lobby", "team"].'],
        ),
        (
            WORK + "rooms = ['a',\n 2]",
            ["line 4: 'profiles.work.rooms' item 2 must be a text in quotes."],
        ),
        (
            WORK + "rooms = ['', 'a b']",
            [
                "line 3: 'profiles.work.rooms' item 1 must be one word without spaces or control characters.",
                "line 3: 'profiles.work.rooms' item 2 must be one word without spaces or control characters.",
            ],
        ),
        (
            WORK + "email = 'alice'",
            ["line 3: 'profiles.work.email' must be a mail address such as alice@example.test."],
        ),
        (
            WORK + "proxy = 'off'",
            [
                (
                    'line 3: \'profiles.work.proxy\' must be "none", "env" or a proxy such as '
                    "http://proxy.example.test:3128."
                )
            ],
        ),
        (
            WORK + "dialect = 'x'",
            ['line 3: \'profiles.work.dialect\' must be "standard" or "goconnect".'],
        ),
        ("[ui]\nkeys = 'vi'", ['line 2: \'ui.keys\' must be "default", "vim" or "emacs".']),
        ("ui = 1", ["line 1: 'ui' must be a table."]),
        ("profiles = []", ["line 1: 'profiles' must be a table."]),
        ("profiles.work = 1", ["line 1: 'profiles.work' must be a table."]),
        ("keys = 1", ["line 1: 'keys' must be a table."]),
        (
            "[keys]\nmessage.reply = 1",
            [
                'line 2: \'keys.message.reply\' must be a key or a list of keys, as in ["ctrl+k", "f2"].'
            ],
        ),
        ("[keys]\na = [1]", ["line 2: 'keys.a' item 1 must be a text in quotes."]),
        (
            "[profiles.'my work']\nserver = 'ws://x'",
            ["line 1: 'profiles.my work' must be 1 to 64 letters, digits, - or _."],
        ),
        (
            WORK + "[ui]\nbell=1\n[zzz]\na=1",
            [
                "line 4: 'ui.bell' must be true or false.",
                "line 5: 'zzz' is not a setting; there are calls, default_profile, history, keys, notifications, outbox, profiles, ui.",
            ],
        ),
    ],
)
def test_each_mistake_is_a_sentence_with_its_line(complaints, text, sentences):
    assert complaints(text) == sentences


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('default_profile = "wrok"\n' + WORK, "; did you mean 'work'?"),
        ('default_profile = "zzz"\n' + WORK, "; there are work."),
        ('default_profile = "work"', "; there is none yet."),
        ('default_profile = "work"\nprofiles = 1', "; there is none yet."),
    ],
)
def test_the_default_profile_must_be_there(complaints, text, sentence):
    name = tomllib.loads(text)["default_profile"]
    expected = f"line 1: 'default_profile' names '{name}', which is not a profile{sentence}"
    assert complaints(text)[0] == expected


def test_actions_and_themes_are_checked_against_those_that_are_known(complaints, toml):
    known = Known(frozenset({"message.reply", "app.quit"}), frozenset({"nord", "dracula"}))
    text = """[ui]
theme = "norf"
[keys]
message.replay = "r"
"app.quit" = "q"
zzz = "z"
"""
    assert complaints(text, known) == [
        "line 2: 'ui.theme' names 'norf', which is not a theme; did you mean 'nord'?",
        "line 4: 'keys.message.replay' names no action; did you mean 'keys.message.reply'?",
        "line 6: 'keys.zzz' names no action.",
    ]
    good = load_settings(toml('[ui]\ntheme = "nord"\n[keys]\napp.quit = "q"'), known)
    assert good.keys == {"app.quit": ("q",)}
    assert load_settings(toml('[ui]\ntheme = ""'), known).ui.theme == ""


@pytest.mark.parametrize(
    "key", ["token", "access_token", "Password", "passwd", "passphrase", "client_secret", "api_key"]
)
def test_secrets_are_refused_and_never_quoted(complaints, key):
    [sentence] = complaints(WORK + f"{key} = 'canary'")
    assert sentence == (
        f"line 3: 'profiles.work.{key}' does not belong in this file; take it out and run "
        "`wschat login`, which keeps it in the system keyring."
    )


def test_a_table_of_secrets_is_refused_and_an_action_of_that_name_is_not(complaints, toml):
    assert complaints("[tokens]\nwork = 'canary'")[0].startswith("line 1: 'tokens' does not belong")
    assert load_settings(toml("[keys]\ntoken.import = 'f9'")).keys == {"token.import": ("f9",)}


@pytest.mark.parametrize("place", ["ws://canary:canary@x", "ws://x?token=canary"])
def test_secrets_in_an_address_are_refused_and_never_quoted(complaints, place):
    [sentence] = complaints(f"[profiles.work]\nserver = '{place}'")
    assert "canary" not in sentence
    assert "keyring" in sentence


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a = 1\nb", "line 2: this is not TOML: Expected '=' after a key in a key/value pair"),
        ("[ui", "line 1: this is not TOML: Expected ']' at the end of a table declaration"),
        ("[ui]\nbell = \n", "line 2: this is not TOML: Invalid value (column 8)."),
        ("[ui]\nbell = tru\n", "line 2: this is not TOML: Invalid value (column 8)."),
        ("a = '''\n\n", "line 3: this is not TOML: "),
        ("a = 1\na = 2", "line 2: this is not TOML: Cannot overwrite a value"),
    ],
)
def test_what_is_not_toml_is_named_with_its_line(complaints, text, sentence):
    [said] = complaints(text)
    assert said.startswith(sentence)
    assert said.endswith(".")


def test_a_complaint_without_a_place_is_about_the_end(toml, monkeypatch):
    def refuse(_text):
        raise tomllib.TOMLDecodeError("All is wrong")

    monkeypatch.setattr("tomllib.loads", refuse)
    with pytest.raises(SettingsError) as caught:
        load_settings(toml("a = 1\nb = 2"))
    assert str(caught.value) == "settings.toml line 2: this is not TOML: All is wrong."


def test_nesting_without_end_is_a_sentence(toml):
    with pytest.raises(SettingsError) as caught:
        load_settings(toml("a = " + "[" * 100_000))
    assert str(caught.value) == "settings.toml: its lists or tables are nested too deeply."


def test_what_is_not_utf8_is_named_with_its_line(tmp_path):
    file = tmp_path / "settings.toml"
    file.write_bytes(b"[ui]\ntheme = '\xff'\n")
    with pytest.raises(SettingsError) as caught:
        load_settings(file)
    assert (
        str(caught.value) == "settings.toml line 2: this is not UTF-8 text; save the file as UTF-8."
    )


def test_what_cannot_be_read_is_a_sentence(tmp_path):
    with pytest.raises(SettingsError) as caught:
        load_settings(tmp_path)
    [problem] = caught.value.problems
    assert problem.file == tmp_path
    assert problem.text == "it cannot be read (Is a directory); check who owns it."


def test_a_kind_of_error_without_words_of_ours_still_names_the_key():
    from wschat_tui.storage.settings.problems import mistake

    found = mistake(
        {"type": "frozen_field", "loc": ("ui", "bell"), "msg": "Field is frozen", "input": None}
    )
    assert found == (("ui", "bell"), "'ui.bell' Field is frozen.")


def test_a_problem_without_a_line_names_the_file_alone(tmp_path):
    problem = Problem(tmp_path / "settings.toml", None, "ui", "it is so.")
    assert str(problem) == "settings.toml: it is so."


def test_the_text_may_come_from_elsewhere(tmp_path):
    assert parse_settings(WORK, tmp_path / "x.toml").profiles["work"].server.startswith("ws://")


CALLS = """[calls]
ice_servers = ["stun:stun.example.test:3478"]
turn_user = "me"
turn_password_file = "turn.key"
microphone = "Headset, the blue one"
speaker_volume = 150
talking = "push"
ring = false
[profiles.work]
server = "ws://localhost:8765"
[profiles.work.calls]
ice_servers = ["turn:turn.example.test?transport=tcp"]
relay_only = true
[profiles.lan]
server = "ws://localhost:8766"
calls = { ice_servers = [], turn_password_file = "/run/turn" }
"""


def test_calls_have_settings_and_a_way_of_their_own_in_each_profile(toml, tmp_path):
    settings = load_settings(toml(CALLS))
    calls, work, lan = settings.calls, settings.profiles["work"], settings.profiles["lan"]
    assert (calls.microphone, calls.speaker_volume, calls.talking, calls.ring) == (
        "Headset, the blue one",
        150,
        "push",
        False,
    )
    assert (calls.camera, calls.microphone_volume, calls.backend, calls.relay_only) == (
        "",
        100,
        "",
        None,
    )
    at_work, on_lan = calls.by(work.calls), calls.by(lan.calls)
    assert at_work.ice_servers == ("turn:turn.example.test?transport=tcp",)
    assert (at_work.relay_only, at_work.turn_user) == (True, "me")
    assert at_work.turn_password_file == tmp_path / "turn.key"
    assert at_work.microphone == calls.microphone
    assert on_lan.ice_servers == ()
    assert on_lan.turn_password_file.as_posix() == "/run/turn"
    assert on_lan.relay_only is None


def test_without_words_on_calls_the_server_names_the_way(tmp_path):
    assert load_settings(tmp_path / "none.toml").calls.ice_servers is None


@pytest.mark.parametrize(
    "server",
    [
        "stun.example.test",
        "stuns:stun.example.test",
        "stun:",
        "stun:x:0",
        "turn:x:65536",
        "turn:user@x",
        "turn:[::1]",
        "turn:x?transport=sctp",
        "stun:x y",
    ],
)
def test_what_is_no_ice_server_is_refused(complaints, server):
    assert complaints(f'[calls]\nice_servers = ["stun:fine", "{server}"]') == [
        (
            "line 2: 'calls.ice_servers' item 2 must be a server such as "
            '"stun:stun.example.org:3478" or "turn:turn.example.org".'
        )
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[calls]\nspeaker_volume = 201", "line 2: 'calls.speaker_volume' must be at most 200."),
        (
            '[calls]\ntalking = "yes"',
            'line 2: \'calls.talking\' must be "open", "push" or "voice".',
        ),
        (
            '[calls]\ncamera = "a\\u001bb"',
            "line 2: 'calls.camera' must not contain control characters.",
        ),
        (
            '[calls]\nturn_password = "x"',
            (
                "line 2: 'calls.turn_password' does not belong in this file; take it out and name "
                "a file that holds it in 'turn_password_file'."
            ),
        ),
        (
            WORK + "[profiles.work.calls]\nmicrophone = 'x'",
            (
                "line 4: 'profiles.work.calls.microphone' is not a setting; "
                "did you mean 'calls.microphone'?"
            ),
        ),
    ],
)
def test_mistakes_about_calls_are_named(complaints, text, sentence):
    assert complaints(text) == [sentence]


HISTORY = """[history]
days = 365
[profiles.work]
server = "wss://chat.example.org"
history.keep = false
[profiles.home]
server = "ws://localhost:8765"
[profiles.home.history]
days = 0
"""


def test_what_stays_on_the_disk_is_set_for_all_and_for_a_profile(toml):
    settings = load_settings(toml(HISTORY))
    work, home = settings.profiles["work"].history, settings.profiles["home"].history
    assert (settings.history.keep, settings.history.days) == (True, 365)
    assert settings.history.by(work) == History(keep=False, days=365)
    assert settings.history.by(home) == History(keep=True, days=0)


@pytest.mark.parametrize("line", ["keep = 1", "days = -1", "days = 36501", "days = 1.5"])
def test_history_that_is_nonsense_is_a_mistake(toml, line):
    with pytest.raises(SettingsError, match=line.split()[0]):
        load_settings(toml(f"[history]\n{line}\n"))


def test_what_becomes_of_messages_in_doubt_is_set(toml, complaints):
    assert load_settings(toml("")).outbox.resend == "ask"
    assert load_settings(toml('[outbox]\nresend = "auto"\n')).outbox.resend == "auto"
    assert complaints('[outbox]\nresend = "always"\n') == [
        'line 2: \'outbox.resend\' must be "ask", "auto" or "never".'
    ]
