"""What the hospital has: departments, specializations, visit types, rooms, holidays."""
