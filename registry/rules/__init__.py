"""What may be declared, each rule pure. May import values and the formats; never database or network."""
