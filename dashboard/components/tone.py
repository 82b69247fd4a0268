"""A short tone, made here: nothing is fetched for it, and nothing is needed to play it but the browser."""

from __future__ import annotations

import io
import math
import wave
from array import array
from functools import cache

RATE = 16_000
NOTES = ((880.0, 0.18), (660.0, 0.26))  # hertz and seconds: falling, as a doorbell does
LOUDNESS = 0.35
FADE = 0.02  # seconds at either end of a note, without which it clicks


@cache
def tone() -> bytes:
    """Return the tone as a WAV file."""
    samples = array("h")
    for pitch, seconds in NOTES:
        length = int(RATE * seconds)
        for at in range(length):
            edge = min(at, length - 1 - at) / (RATE * FADE)
            samples.append(int(32_767 * LOUDNESS * min(edge, 1.0) * math.sin(2 * math.pi * pitch * at / RATE)))
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(samples.tobytes())
    return file.getvalue()
