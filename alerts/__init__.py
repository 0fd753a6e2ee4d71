"""From notice to reader."""
