"""What departments offer, and what a citizen does with it. Neighbours are strangers."""
