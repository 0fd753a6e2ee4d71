"""Scrapy's downloader middlewares: the address guard, challenge pages, conditional requests."""
