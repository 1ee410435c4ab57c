"""May we call, what must we do, and says who. Knows facts and law; knows no clock, no database and no telephone."""
