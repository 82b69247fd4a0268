"""The one exit: whatever leaves as a file is masked, says where it comes from, and executes nothing.

>>> from datetime import datetime
>>> import pandas as pd
>>> origin = Provenance("Tickets", "Province: 广东", "2–8 Nov", 3, datetime(2026, 11, 9), (), "en")
>>> sheet = to_csv(pd.DataFrame({"customer_id": ["jd_1001"], "reason_text": ["=1+1"]}), origin)
>>> print(sheet.decode("utf-8-sig").splitlines()[1])
"j***1","'=1+1"
"""

from metrics.export.delimited import to_csv
from metrics.export.masking import masked
from metrics.export.provenance import Provenance
from metrics.export.workbook import to_xlsx

__all__ = ["Provenance", "masked", "to_csv", "to_xlsx"]
