"""Parts of the settings page: choices, this workstation, the hospital."""
