from tests.ui.now.conftest import clock, hospital, open_window, services, visits

__all__ = ["clock", "hospital", "open_window", "services", "visits"]
