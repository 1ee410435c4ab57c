"""What is said, asked or played next?

One engine for scripts, surveys, menus and broadcasts: a *flow* (``flow.py``) is read from YAML (``reading.py``), looked
over before anybody hears it (``checking.py``), and talked through (``talk.py``), all without a clock, a telephone or a
screen. Who speaks (an agent, a voice, a keyboard), when silence is silence and where a transfer leads are the
shell's to know.
"""
