"""What leaves the house: mail, text messages, calendar entries; no database, no screen."""
