"""The record of calls: attempts, rulings, permits, the journal, seats, and what people asked the dialer to do."""
