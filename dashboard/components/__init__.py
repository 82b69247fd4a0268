"""The parts that every view is made of; each returns HTML text, except the drawer, which is a dialog."""
