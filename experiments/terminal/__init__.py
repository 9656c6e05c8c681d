"""The terminal: printing, progress on standard error, and completion with the TAB key."""
