"""Plates that were read → hits on the hot list: a million vehicles in memory, exact and possible hits in one look-up.

Pure: the list, the read, the place and the time come in, hits go out. A read that fits no entry leaves nothing behind.
"""

from skynet.analytics.matching.entry_table import HotListFullError
from skynet.analytics.matching.hot_list import HotList, ListGapError
from skynet.analytics.matching.match import match
from skynet.analytics.matching.reading import Reading

__all__ = ["HotList", "HotListFullError", "ListGapError", "Reading", "match"]
