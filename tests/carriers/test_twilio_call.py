"""What the carrier is asked about one call, and what it may answer."""

from datetime import UTC, datetime

import pytest

from callcenter.carriers import CallTold, CommandGone
from tests.carriers.test_twilio import PREFIX, Recording, twilio

CALL = (
    '{"sid": "CA1", "from": "+6281234567890", "to": "+62318293097", "status": "completed", '
    '"start_time": "Mon, 13 Apr 2020 02:00:00 +0000", "end_time": "%s"}'
)
NINE = datetime(2020, 4, 13, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    "ended", ["Mon, 13 Apr 2020 02:01:10 +0000", "Mon, 13 Apr 2020 02:01:10 Etc/UTC"]
)
def test_a_call_as_it_stands(ended):
    http = Recording((200, CALL % ended))

    told = twilio(http).call("CA1")

    assert http.asked[0][:2] == ("GET", f"{PREFIX}/Calls/CA1.json")
    ended_at = NINE.replace(minute=1, second=10)
    assert told == CallTold("+6281234567890", "+62318293097", "completed", NINE, ended_at)


def test_a_call_that_has_not_begun_has_no_times():
    told = twilio(Recording((200, '{"sid": "CA1", "status": "queued"}'))).call("CA1")

    assert told == CallTold("", "", "queued", None, None)


def test_a_call_that_nobody_knows():
    with pytest.raises(CommandGone):
        twilio(Recording((404, '{"code": 20404, "message": "no", "status": 404}'))).call("CA9")
