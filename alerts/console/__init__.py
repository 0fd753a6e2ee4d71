"""The web pages. For now the one behind the unsubscribe link of every mail, and a sign of life for monitors."""
