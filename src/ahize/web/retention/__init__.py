"""What is kept how long, what a hold keeps longer, and the nightly purge of the rest."""
