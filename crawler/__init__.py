"""From site or file to notice. Knows nothing of subscriptions."""
