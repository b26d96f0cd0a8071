"""The browser's side. It speaks only the public HTTP API."""
