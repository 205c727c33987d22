"""What the program does: one class a subject, every call permitted, audited and frozen."""
