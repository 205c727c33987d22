"""The second factor on the screen: its QR code, setting it up, its card in the profile."""
