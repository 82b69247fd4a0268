"""Charts: a frame of `query` goes in, a picture comes out. Nothing here knows streamlit or SQL."""
