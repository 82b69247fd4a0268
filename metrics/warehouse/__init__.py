"""What is kept, and how: the contract of the tables, the facts computed from them, and versions that never change."""
