"""Two responses made comparable: what must differ (tokens) is blanked, nothing else."""

import re

from django.http import HttpResponse

_TOKEN = re.compile(r'(name="csrfmiddlewaretoken" value=")[^"]+')


def normalized(response: HttpResponse) -> tuple[int, dict[str, str], str]:
    """Return status, headers and body without request tokens."""
    body = _TOKEN.sub(r"\1-", response.content.decode())
    headers = {key: value for key, value in response.headers.items() if key != "Content-Length"}
    return response.status_code, headers, body
