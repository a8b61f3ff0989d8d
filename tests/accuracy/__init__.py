"""How often the readers are right: labelled postings, a verdict a field, totals with their 95 % intervals."""
