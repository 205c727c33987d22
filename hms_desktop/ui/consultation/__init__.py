"""The form of one consultation: complaint, signs, diagnoses, tests, notes, prescription."""
