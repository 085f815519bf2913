"""What the bridge needs of the world, and how a driver for it is found.

A driver is a class in one file, named by one line of the entry-point group `radiobridge.drivers`. This
room says what each kind of driver promises.
"""

from radiobridge.ports.audio import LONGEST_AHEAD_S, AudioDevice, AudioInput, AudioOutput
from radiobridge.ports.contact import ContactInput
from radiobridge.ports.driver import Driver, DriverSettings
from radiobridge.ports.loading import (
    GROUP,
    driver_names,
    load_audio_input,
    load_audio_output,
    load_contact,
    load_notifier,
    load_radio,
    load_transcriber,
    load_voice,
)
from radiobridge.ports.notifier import Delivered, Failed, News, Notifier, Received, Sent
from radiobridge.ports.radio import ANSWER_S, Radio
from radiobridge.ports.transcriber import Transcriber
from radiobridge.ports.voice import Spoken, Voice

__all__ = [
    "ANSWER_S",
    "GROUP",
    "LONGEST_AHEAD_S",
    "AudioDevice",
    "AudioInput",
    "AudioOutput",
    "ContactInput",
    "Delivered",
    "Driver",
    "DriverSettings",
    "Failed",
    "News",
    "Notifier",
    "Radio",
    "Received",
    "Sent",
    "Spoken",
    "Transcriber",
    "Voice",
    "driver_names",
    "load_audio_input",
    "load_audio_output",
    "load_contact",
    "load_notifier",
    "load_radio",
    "load_transcriber",
    "load_voice",
]
