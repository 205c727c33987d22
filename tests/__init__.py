"""The tests of HMS Desktop; the folders mirror the tree."""
