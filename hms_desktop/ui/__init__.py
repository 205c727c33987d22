"""Everything that mentions Qt: runner, bridge, theme, widgets, windows and pages."""
