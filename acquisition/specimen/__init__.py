"""The simulated sample: cells of known grade, their picture and their truth."""

from acquisition.specimen.bench import (
    BenchSettings,
    FieldTruth,
    Geometry,
    SimulatedMicroscope,
    Slide,
)
from acquisition.specimen.debris import ThingKind
from acquisition.specimen.micrometer import MicrometerSettings
from acquisition.specimen.picture import FieldView
from acquisition.specimen.settings import (
    GradeMix,
    Illumination,
    OpticsSettings,
    SpecimenError,
    SpecimenSettings,
    SwimGrade,
)
from acquisition.specimen.specimen import Specimen
from acquisition.specimen.truth import CellTruth, ThingTruth
from acquisition.specimen.variety import Scene, random_settings

__all__ = [
    "BenchSettings",
    "CellTruth",
    "FieldTruth",
    "FieldView",
    "Geometry",
    "GradeMix",
    "Illumination",
    "MicrometerSettings",
    "OpticsSettings",
    "Scene",
    "SimulatedMicroscope",
    "Slide",
    "Specimen",
    "SpecimenError",
    "SpecimenSettings",
    "SwimGrade",
    "ThingKind",
    "ThingTruth",
    "random_settings",
]
