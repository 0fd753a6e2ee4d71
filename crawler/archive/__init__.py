"""The crawler's only SQL: notices and their revisions, bulletins, pages, crawls. Transactions are the caller's."""
