"""Values that every package speaks in: frozen types, the error family, the fold, the seams."""
