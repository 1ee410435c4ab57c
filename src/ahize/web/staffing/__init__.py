"""How many seats each half hour needs, and when a list will be finished: foretold, and held against what happened."""
