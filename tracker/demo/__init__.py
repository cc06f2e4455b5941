"""An invented trust: what its systems would write, and what is true about it."""
