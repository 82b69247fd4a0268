"""An answer of the explore page in words: its finding, its names and its table."""
