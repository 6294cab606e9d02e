"""`.env`: how it is written, merged, read back, and how other programs parse it."""
