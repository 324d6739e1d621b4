"""What the paper found, to be printed beside what is measured.

Table 1 of the data set's paper (Haugen et al. 2019, doi 10.1145/3304109.3325814): mean absolute
error summed over the three targets, three folds, 85 participants, hormones and participant data.
Its motility column is known to four decimals; which program and which settings grew the forest
and drew the line is not known here. Of the networks on single frames one row is known, Inception V3
at motility (31.6157); neither its error at morphology nor how many frames it saw is known here.
"""

from enum import StrEnum
from types import MappingProxyType

from qc.visem.columns import MORPHOLOGY, MOTILITY, Source
from qc.visem.learners import Method

PARTICIPANTS = 85
FEATURES = (Source.HORMONES, Source.PARTICIPANT)


class Task(StrEnum):
    """What is predicted: three percentages."""

    MOTILITY = "motility"
    MORPHOLOGY = "morphology"


TARGETS = MappingProxyType({Task.MOTILITY: MOTILITY, Task.MORPHOLOGY: MORPHOLOGY})
TABLE_1 = MappingProxyType(
    {
        (Task.MOTILITY, Method.ZERO_R): 38.69,
        (Task.MOTILITY, Method.LINEAR): 37.21,
        (Task.MOTILITY, Method.FOREST): 35.86,
        (Task.MORPHOLOGY, Method.ZERO_R): 21.92,
        (Task.MORPHOLOGY, Method.LINEAR): 23.00,
        (Task.MORPHOLOGY, Method.FOREST): 21.06,
    }
)
FRAME_NETWORK = "Inception V3"
FRAMES_TABLE_1 = MappingProxyType({Task.MOTILITY: 31.62})
