"""How right extractions are, against records made by people."""
