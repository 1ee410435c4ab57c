"""What is in this messy file? Encodings, delimiters, columns, numbers, dates, and why something was refused."""
