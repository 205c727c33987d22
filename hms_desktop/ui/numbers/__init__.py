"""Numbers of one doctor on the screen: tables, tiles, bars."""
