"""Sample sites: three systems as they are met in the field, with their traps, served on loopback."""

from alerts.demo.sites.server import SampleSites

__all__ = ["SampleSites"]
