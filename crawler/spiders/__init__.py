"""One spider class per family; crawler.families says which. A source is a row of data."""
