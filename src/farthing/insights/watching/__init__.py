"""What stands out among the rows of late: larger than the household's line, unlike its category, taken twice. Reads; writes nothing."""

from farthing.insights.watching.doubles import Double, doubles
from farthing.insights.watching.recent import Seen, recent, some
from farthing.insights.watching.unusual import Measure, measure_of

__all__ = ["Double", "Measure", "Seen", "doubles", "measure_of", "recent", "some"]
