"""Series -> figure -> page: what the observatory publishes each week.

`reports.weekly.build` writes one folder a week: a self-contained page, a PNG and a CSV for each figure, a JSON of every
number and a manifest. Nothing here measures the market (that is `analytics`) and nothing reads a clock: equal data give
equal bytes.
"""
