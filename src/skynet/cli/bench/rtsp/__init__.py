"""A local RTSP server for benchmarks: real packets over a real socket, on a core of its own."""
