"""Which TwiML this network understands: nesting, attributes and their values, as tables.

The network speaks Indonesian and English. Verbs that Twilio has and this network has not
(Connect, Client, Queue ...) are refused with that reason.
"""

import re

NUMBER, FLAG, ANY, METHOD = r"\d+", "true|false", r"(?s:.*)", "GET|POST"
PROGRESS = r"(?:(?:initiated|ringing|answered|completed)(?:\s+|$))+"
MEETING = r"(?:(?:start|end|join|leave|mute|hold|modify|speaker|announcement)(?:\s+|$))+"
ENGLISH = "en-(?:AU|CA|GB|IE|IN|NZ|US|ZA)"
STARS = "Aoede|Charon|Fenrir|Kore|Leda|Orus|Puck|Zephyr"
VOICE = (
    rf"man|woman|alice|Polly\.[A-Z][a-z]+(?:-Neural|-Generative)?|Google\.(?:"
    rf"id-ID-(?:(?:Standard|Wavenet)-[A-D]|Chirp3-HD-(?:{STARS}))|"
    rf"en-(?:AU|GB|IN|US)-(?:(?:Standard|Wavenet|Neural2)-[A-Z]|Chirp3-HD-(?:{STARS})))"
)
SPEECH = {"break", "emphasis", "lang", "p", "phoneme", "prosody", "s", "say-as", "sub", "w"}

CHILDREN: dict[str, set[str]] = {
    "Response": {
        *("Dial", "Enqueue", "Gather", "Hangup", "Leave", "Pause"),
        *("Play", "Record", "Redirect", "Reject", "Say"),
    },
    "Gather": {"Say", "Play", "Pause"},
    "Dial": {"Number", "Conference"},
    "Say": SPEECH,
    "lang": SPEECH,
    "prosody": SPEECH,
    "p": SPEECH - {"p"},
    "s": SPEECH - {"p", "s"},
    "emphasis": SPEECH - {"p", "s"},
    "w": {"break", "emphasis", "phoneme", "prosody", "say-as", "sub"},
}

ABSENT = {  # Twilio's, valid there, and not offered by this network
    *("Connect", "Echo", "Pay", "Prompt", "Queue", "Refer", "Sms", "Start", "Stop"),
    *("Client", "Sip", "Sim", "Application", "WhatsApp", "Task", "Parameter"),
}

ATTRIBUTES: dict[str, dict[str, str]] = {
    "Say": {"voice": VOICE, "language": f"id-ID|en-GB-WLS|{ENGLISH}", "loop": NUMBER},
    "Play": {"loop": NUMBER, "digits": r"[0-9*#wA-D]*"},
    "Pause": {"length": NUMBER},
    "Redirect": {"method": METHOD},
    "Reject": {"reason": "rejected|busy"},
    "Gather": {
        "action": ANY,
        "method": METHOD,
        "input": r"(?:(?:dtmf|speech)(?:\s+|$))+",
        "language": f"(?:id|jv|su)-ID|en-(?:GH|KE|NG|PH|SG|TZ)|{ENGLISH}",
        "finishOnKey": "[0-9*#]*",
        "partialResultCallback": ANY,
        "partialResultCallbackMethod": METHOD,
        "hints": ANY,
        "speechModel": ANY,
        "speechTimeout": "auto|" + NUMBER,
        **dict.fromkeys(("numDigits", "timeout", "maxSpeechTime"), NUMBER),
        **dict.fromkeys(
            ("actionOnEmptyResult", "bargeIn", "debug", "enhanced", "profanityFilter"), FLAG
        ),
    },
    "Enqueue": {
        "action": ANY,
        "method": METHOD,
        "waitUrl": ANY,
        "waitUrlMethod": METHOD,
        "maxQueueSize": NUMBER,
    },
    "Record": {  # transcriptions are not offered: they know no Indonesian
        "action": ANY,
        "method": METHOD,
        "finishOnKey": "[0-9*#]*",
        "playBeep": FLAG,
        "trim": "trim-silence|do-not-trim",
        "recordingStatusCallback": ANY,
        "recordingStatusCallbackMethod": METHOD,
        "recordingStatusCallbackEvent": r"(?:(?:in-progress|completed|absent)(?:\s+|$))+",
        **dict.fromkeys(("timeout", "maxLength"), NUMBER),
    },
    "Dial": {
        "action": ANY,
        "method": METHOD,
        "callerId": ANY,
        "ringTone": "[a-z-]+",
        "record": "do-not-record",
        **dict.fromkeys(("timeout", "timeLimit"), NUMBER),
        **dict.fromkeys(("hangupOnStar", "answerOnBridge"), FLAG),
    },
    "Number": {
        "url": ANY,
        "method": METHOD,
        "sendDigits": ANY,
        "statusCallback": ANY,
        "statusCallbackEvent": PROGRESS,
        "statusCallbackMethod": METHOD,
    },
    "Conference": {
        "beep": "true|false|onEnter|onExit",
        "waitUrl": ANY,
        "waitMethod": METHOD,
        "coach": ANY,
        "participantLabel": ANY,
        "maxParticipants": NUMBER,
        "jitterBufferSize": "large|medium|small|off",
        "region": "us1|us2|ie1|sg1|br1|au1|jp1|de1",
        "record": "do-not-record",
        "trim": "trim-silence|do-not-trim",
        "statusCallback": ANY,
        "statusCallbackEvent": MEETING,
        "statusCallbackMethod": METHOD,
        **dict.fromkeys(("muted", "startConferenceOnEnter", "endConferenceOnExit"), FLAG),
    },
    "break": {"strength": "none|x-weak|weak|medium|strong|x-strong", "time": ANY},
    "emphasis": {"level": "strong|moderate|reduced"},
    "phoneme": {"alphabet": ANY, "ph": ANY},
    "prosody": {"volume": ANY, "rate": ANY, "pitch": ANY},
    "say-as": {"interpret-as": "[a-z-]+", "format": "[dmy]+|yyyymmdd"},
    "sub": {"alias": ANY},
    "w": {"role": ANY},
}

# Where a document is read, and the verbs it may hold there; "voice" has no limit.
SCENES: dict[str, set[str]] = {
    "queue_wait": {"Play", "Say", "Pause", "Hangup", "Redirect", "Leave", "Gather"},
    "conference_wait": {"Play", "Say", "Pause", "Redirect"},
    "number_url": {"Play", "Say", "Gather", "Hangup", "Pause"},
}
STOPS = {"Redirect", "Hangup", "Reject", "Leave"}
STOPS_WITH_ACTION = {"Dial", "Enqueue"}
ADDRESSES = {
    *("action", "url", "waitUrl", "statusCallback"),
    *("partialResultCallback", "recordingStatusCallback"),
}


def fits(tag: str, attribute: str, value: str) -> bool:
    return re.fullmatch(ATTRIBUTES[tag][attribute], value) is not None
