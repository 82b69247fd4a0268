"""The weekly review as a file: a frozen `Review` becomes a page, a workbook, a deck, or a message to a group."""
