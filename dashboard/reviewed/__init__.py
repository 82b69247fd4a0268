"""A weekly review as a page needs it: its agenda, its words and its frames. Pure: no streamlit, no SQL."""
