"""Clinical records to read: lists of them, one patient's, those opened in need."""
