"""What the six CSV files of VISEM are called, and their columns, as published.

Source: Haugen et al. 2019 (doi 10.1145/3304109.3325814) and the header lines of the files.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

ID = "ID"
VIDEO = "video"


class Source(StrEnum):
    """A table of VISEM with one row of numbers for each participant."""

    SEMEN = "semen"
    PARTICIPANT = "participant"
    HORMONES = "hormones"
    SERUM = "serum-fatty-acids"
    SPERM = "sperm-fatty-acids"


# The first name is the published one; the second is tried when there is no such file.
FILE_NAMES: Mapping[Source, tuple[str, ...]] = MappingProxyType(
    {
        Source.SEMEN: ("semen_analysis_data.csv",),
        Source.PARTICIPANT: ("participant_related_data.csv",),
        Source.HORMONES: ("sex_hormones.csv",),
        Source.SERUM: ("fatty_acids_serum.csv",),
        # Published misspelt; someone may have put it right.
        Source.SPERM: ("fatty_acids_spermatoza.csv", "fatty_acids_spermatozoa.csv"),
    }
)
VIDEOS = "videos.csv"
VIDEO_FOLDER = "videos"

MOTILITY = ("Progressive motility (%)", "Non progressive sperm motility (%)", "Immotile sperm (%)")
MORPHOLOGY = ("Head defects (%)", "Midpiece and neck defects (%)", "Tail defects (%)")

COLUMNS: Mapping[Source, tuple[str, ...]] = MappingProxyType(
    {
        Source.SEMEN: (
            "Sperm concentration (x10⁶/mL)",
            "Total sperm count (x10⁶)",
            "Ejaculate volume (mL)",
            "Sperm vitality (%)",
            "Normal spermatozoa (%)",
            *MORPHOLOGY,
            "Cytoplasmic droplet (%)",
            "Teratozoospermia index",
            *MOTILITY,
            "High DNA stainability, HDS (%)",
            "DNA fragmentation index, DFI (%)",
        ),
        Source.PARTICIPANT: (
            "Abstinence time(days)",
            "Body mass index (kg/m²)",
            "Age (years)",
        ),
        Source.HORMONES: (
            "Seminal plasma anti-Müllerian hormone (AMH) (pmol/L)",
            "Serum total testosterone (nmol/L)",
            "Serum oestradiol (nmol/L)",
            "Serum sex hormone-binding globulin, SHBG (nmol/L)",
            "Serum follicle-stimulating hormone, FSH (IU/L)",
            "Serum Luteinizing hormone, LH (IU/L)",
            "Serum inhibin B (ng/L)",
            "Serum anti-Müllerian hormone, AMH (pmol/L)",
        ),
        Source.SERUM: (
            "Serum C14:0 (myristic acid)",
            "Serum C16:0 (palmitic acid)",
            "Serum C16:1 (palmitoleic acid)",
            "Serum C18:0 (stearic acid)",
            "Serum C18:1 n-9 (oleic acid)",
            "Serum total C18:1",
            "Serum C18:2 n-6 (linoleic acid, LA)",
            "Serum C18:3 n-6 (gamma-linoleic acid, GLA)",
            "Serum C20:1 n-9",
            "Serum C20:2 n-6",
            "Serum C20:3 n-6",
            "Serum C20:4 n-6",
            "Serum C20:5 n-3 (eicosapentaenoic acid, EPA)",
            "Serum C22:5 n-3 (docosapentaenoic acid, DPA)",
            "Serum C22:6 n-3 (docosahexaenoic acid, DHA)",
        ),
        Source.SPERM: (
            "Sperm C14:0 (myristic acid)",
            "Sperm C15:0 (pentadecanoic acid)",
            "Sperm C16:0 (palmitic acid)",
            "Sperm C16:1 n-7 (palmitoleic acid)",
            "Sperm C17:0",
            "Sperm C18:0 (stearic acid)",
            "Sperm C18:1 trans n-6 to n-11",
            "Sperm C18:1 n-9 (oleic acid)",
            "Sperm C18:1 n-7 to n-11",
            "Sperm C18:2 n-6 (Linoleic acid, LA)",
            "Sperm C20:0",
            "Sperm C18:3 n-6 (gamma-linoleic acid, GLA)",
            "Sperm C18:3 n-3 (a-linoleic acid, ALA)",
            "Sperm C20:1 n-9",
            "Sperm C20:2 n-6",
            "Sperm C22:0",
            "Sperm C20:3 n-6",
            "Sperm C20:4 n-6 and C22:1 n-9 combined",
            "Sperm C20:5 n-3 (eicosapentaenoic acid, EPA)",
            "Sperm C24:0",
            "Sperm C24:1 n-9",
            "Sperm C22:5 n-3 (docosapentaenoic acid, DPA)",
            "Sperm C22:6,n3 (docosahexaenoic acid, DHA)",
        ),
    }
)
