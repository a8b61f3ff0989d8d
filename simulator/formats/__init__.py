"""One module a platform: how its boards look on the wire."""
