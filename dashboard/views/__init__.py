"""The pages, one file each: they choose what to ask and where it stands, and compute nothing."""
