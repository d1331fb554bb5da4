"""Mail reaches a real SMTP server; what does not is told and never raised."""

import socketserver
from collections.abc import Iterator
from email import message_from_bytes
from threading import Thread

import pytest
from django.core import mail
from pytest_django import Settings

from bascule.kernel.environment import Environment, SettingError
from bascule.kernel.mailing import can_mail, send_mail

SENDER = "bascule@district.example"


class Taking(socketserver.StreamRequestHandler):
    """As much of RFC 5321 as a client needs to hand over one message."""

    def handle(self) -> None:
        """Greet, agree to everything, and keep what comes between DATA and the dot."""
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline():
            word = line.split()[0].upper() if line.split() else b""
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                lines = iter(self.rfile.readline, b".\r\n")
                self.server.taken.append(b"".join(lines))  # type: ignore[attr-defined]
            self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 fine\r\n")


@pytest.fixture
def taken(settings: Settings) -> Iterator[list[bytes]]:
    """What an SMTP server on this machine has taken."""
    with socketserver.TCPServer(("127.0.0.1", 0), Taking) as server:
        server.taken = []  # type: ignore[attr-defined]
        Thread(target=server.serve_forever, daemon=True).start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address
        settings.DEFAULT_FROM_EMAIL = SENDER
        yield server.taken  # type: ignore[attr-defined]
        server.shutdown()


def test_a_message_reaches_the_server_as_plain_text(taken: list[bytes]) -> None:
    assert send_mail(to="ana@family.example", subject="Su petición", text="Aquí: https://x/y")
    [message] = [message_from_bytes(each) for each in taken]
    assert (message["To"], message["From"], message["Auto-Submitted"]) == (
        "ana@family.example", SENDER, "auto-generated",
    )  # fmt: skip
    body = message.get_payload(decode=True)
    assert (message.get_content_type(), body.decode().strip()) == (  # type: ignore[union-attr]
        "text/plain", "Aquí: https://x/y",
    )  # fmt: skip


def test_a_server_that_is_not_there_is_told_without_an_address(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    settings.DEFAULT_FROM_EMAIL = SENDER
    assert not send_mail(to="ana@family.example", subject="A", text="B")
    assert caplog.messages == ["mail was not sent: ConnectionRefusedError"]


@pytest.mark.parametrize("to", ["", "ana", "ana@family.example\nBcc: other@family.example"])
def test_no_address_no_mail(settings: Settings, to: str) -> None:
    settings.DEFAULT_FROM_EMAIL = SENDER
    assert not send_mail(to=to, subject="A", text="B")
    assert mail.outbox == []


def test_without_a_sender_there_is_no_mail(settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL = ""
    assert not can_mail()
    assert not send_mail(to="ana@family.example", subject="A", text="B")


def mail_of(**values: str) -> dict[str, object]:
    return Environment({f"BASCULE_{key}": value for key, value in values.items()}).mail()


def test_the_servers_address_says_how_it_is_reached() -> None:
    found = mail_of(SMTP_URL="smtp://me@post.example", MAIL_FROM=SENDER)
    assert [found[key] for key in ("HOST", "PORT", "USER", "TLS", "SSL")] == [
        "post.example", 587, "me", True, False,
    ]  # fmt: skip
    found = mail_of(SMTP_URL="smtps://post.example", MAIL_FROM=SENDER)
    assert [found[key] for key in ("PORT", "TLS", "SSL")] == [465, False, True]


def test_the_demos_folder_is_never_used_in_production() -> None:
    assert mail_of(MAIL_FOLDER="/var/mail/demo")["BACKEND"] == "filebased"
    assert mail_of(MAIL_FOLDER="/var/mail/demo", MODE="production")["BACKEND"] == "dummy"


@pytest.mark.parametrize("wrong", [{"SMTP_URL": "http://x"}, {"SMTP_URL": "smtp://post.example"}])
def test_half_a_setting_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(SettingError, match="BASCULE_"):
        mail_of(**wrong)
