"""Sound cards through PyAudio, where that is what a site has in use already.

The same keys and the same behaviour as the sounddevice driver, but for `latency_ms`, which PyAudio cannot
ask for; it comes with the extra `radiobridge[pyaudio]`.
"""

from __future__ import annotations

from drivers.audio.cards import Binding
from drivers.audio.playback import CardOutput
from drivers.audio.pyaudio_binding import PyAudioBinding


class PyAudioOutput(CardOutput):
    """A sound card."""

    def _binding(self) -> Binding:
        return PyAudioBinding()
