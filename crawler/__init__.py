"""HTTP response -> posting as printed. Scrapy lives here and nowhere else."""
