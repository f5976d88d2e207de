import pytest

from wschat_tui.storage.redact import HIDDEN, forget, hide, redact

CANARY = "canary-3kq9"


@pytest.mark.parametrize(
    "text",
    [
        f"> Authorization: Bearer {CANARY}",
        f"authorization: bearer {CANARY}, next",
        f"('Authorization', 'Bearer {CANARY}')",
        f"Authorization: Basic {CANARY}=",
        f"authorization: {CANARY}",
        f"GET /v1/ws?access_token={CANARY}&room=1 HTTP/1.1",
        f"GET /v1/ws?token={CANARY}",
        f"token%3D{CANARY}",
        f"https://x/?next=%2Fa&refresh_token={CANARY}#x",
        f'{{"access_token": "{CANARY}", "expires_in": 900}}',
        f'{{"refresh_token":"{CANARY}"}}',
        f'{{"access_token": "a\\"{CANARY}"}}',
        f'"{{\\"refresh_token\\": \\"{CANARY}\\"}}"',
        f'"{{\\\\"token\\\\": \\\\"{CANARY}\\\\"}}"',
        f"{{'access_token': '{CANARY}', 'x': 1}}",
        f"AuthRefresh(refresh_token='{CANARY}')",
        f'< TEXT {{"type":"auth.refresh","data":{{"refresh_token":"{CANARY}',
        f"password = '{CANARY}'",
        f'"password": "{CANARY} with spaces"',
        f"passphrase: {CANARY}",
        f"api_key={CANARY}",
        f"apikey={CANARY}",
        f"client_secret={CANARY}",
        f"Cookie: {CANARY}",
        f"my_accessToken={CANARY}",
        f"eyJhbGciOiJIUzI1NiJ9.{CANARY}.sig",
    ],
)
def test_what_looks_like_a_secret_goes(text):
    once = redact(text)
    assert CANARY not in once
    assert HIDDEN in once
    assert redact(once) == once


@pytest.mark.parametrize(
    "text",
    [
        "connected to wss://chat.example.test:443 in 12 ms",
        'File "tokens.py", line 3, in check_token',
        "    tokens = unpack(text)",
        '{"type":"chat.send","data":{"body":"hello: world = 1"}}',
        "the token was refused",
    ],
)
def test_what_does_not_stays(text):
    assert redact(text) == text


def test_the_rest_of_a_line_stays():
    text = f'{{"access_token":"{CANARY}","expires_in":900}} token={CANARY}&x=1 "a"'
    assert redact(text) == (
        f'{{"access_token":"{HIDDEN}","expires_in":900}} token={HIDDEN}&x=1 "a"'
    )


def test_known_secrets_go_wherever_they_stand():
    hide("one/canary+1", None, "", "short")
    assert redact("x one/canary+1 y one%2Fcanary%2B1 short") == f"x {HIDDEN} y {HIDDEN} short"
    hide("one/canary+1-longer")
    assert redact("one/canary+1-longer") == HIDDEN
    forget()
    assert redact("one/canary+1") == "one/canary+1"


def test_a_large_frame_is_searched_quickly():
    text = '{"data":"' + "token" * 50_000 + '\\"' * 50_000
    assert len(redact(text)) > 0
    assert CANARY not in redact(text + f'","token":"{CANARY}"')
