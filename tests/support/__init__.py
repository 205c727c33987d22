"""What the tests stand on: a throw-away Postgres, watchers for leaks and logs, a screen."""
