"""What `streamlit run` is given: it puts the import path in order and hands over to the router."""

import sys
from pathlib import Path


def run() -> None:
    """Draw the page that the address names.

    `streamlit run` puts this folder first on `sys.path`, where our `data` and `text` would shadow anybody's; it
    goes from there before anything else is imported, which is why the import stands here.
    """
    here = Path(__file__).resolve().parent
    sys.path[:] = [entry for entry in sys.path if Path(entry or ".").resolve() != here]
    from dashboard.router import main

    main()


run()
