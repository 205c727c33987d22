"""Building blocks of the screens that know nothing of the hospital's subjects."""
