"""What we keep: runs, board runs with verdicts, payloads, manifests, versions and readings.

`store` imports nothing else of ours; it is the centre that `crawler` writes to and `analytics` reads from.
"""
