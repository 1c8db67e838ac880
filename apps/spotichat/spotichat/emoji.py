"""The emoji that the page offers beside its field; all others may be typed."""

EMOJI = [
    ("😀", "grin"), ("😂", "tears of joy"), ("🙂", "smile"), ("😉", "wink"), ("😍", "heart eyes"),
    ("🥹", "moved to tears"), ("😎", "cool"), ("🤔", "thinking"), ("😮", "surprised"), ("😢", "crying"),
    ("😴", "sleepy"), ("🙈", "not looking"), ("👍", "thumbs up"), ("👎", "thumbs down"),
    ("👏", "applause"), ("🙌", "hands up"), ("🙏", "please"), ("👋", "wave"), ("💪", "strong"),
    ("❤️", "heart"), ("💔", "broken heart"), ("🔥", "fire"), ("✨", "sparkles"), ("🎉", "party"),
    ("🎵", "note"), ("🎶", "notes"), ("🎧", "headphones"), ("🎤", "microphone"), ("🎸", "guitar"),
    ("🎹", "piano"), ("🥁", "drum"), ("🎷", "saxophone"), ("🎺", "trumpet"), ("🎻", "violin"),
    ("💃", "dancing"), ("🕺", "disco"), ("☕", "coffee"), ("🌙", "moon"), ("☀️", "sun"), ("🌧️", "rain"),
]  # fmt: skip
