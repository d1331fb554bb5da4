"""Mail: to the district's SMTP server, or into a folder in the demo. Nothing restricted goes in.

Mail lies readable on servers of others: what is sent holds a link and no fact about a student.
"""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage

LOGGER = logging.getLogger(__name__)


def can_mail() -> bool:
    """Say whether there is a way to send mail."""
    return bool(settings.DEFAULT_FROM_EMAIL)


def send_mail(*, to: str, subject: str, text: str) -> bool:
    """Send one message as plain text; return whether the server took it. Never raises.

    To whom is not logged: an address may be that of a family.
    """
    if not can_mail() or "@" not in to:
        return False
    headers = {"Auto-Submitted": "auto-generated"}
    message = EmailMessage(subject, text, to=[to], headers=headers)
    try:
        return message.send() == 1
    except (SMTPException, OSError, ValueError) as error:
        LOGGER.warning("mail was not sent: %s", type(error).__name__)
        return False
