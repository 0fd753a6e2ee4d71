"""The whole way once, on one machine: sample sites, a sample bulletin, strict receivers, six subscriptions."""
