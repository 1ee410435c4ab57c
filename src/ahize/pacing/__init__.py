"""How many numbers to dial now. Knows no call and no contact by name, only how many there are."""
