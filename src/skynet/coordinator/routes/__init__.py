"""Thin HTTP, one file a resource. A route reads the request, calls one service and writes the answer."""
