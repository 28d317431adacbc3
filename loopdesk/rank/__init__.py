"""What an item means to the person, as numbers that can say why. No clock, no I/O."""
