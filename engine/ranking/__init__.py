"""From scores to a list that a person can use: filters, taste, spread, best start, reasons."""
