"""Teeth, regions and faces as the field writes them (FDI numbers, TISS dm_dente, dm_regiao and dm_face)."""

from __future__ import annotations

import re
from typing import Final


def _quadrants(first: int, last: int, teeth: int) -> frozenset[str]:
    return frozenset(f"{quadrant}{tooth}" for quadrant in range(first, last + 1) for tooth in range(1, teeth + 1))


PERMANENT: Final = _quadrants(1, 4, 8)
DECIDUOUS: Final = _quadrants(5, 8, 5)
SUPERNUMERARY: Final = frozenset(f"{quadrant}9" for quadrant in range(1, 9))
TEETH: Final = PERMANENT | DECIDUOUS | SUPERNUMERARY
_REGIONS: Final = (
    "AI AS HASD HASE HAID HAIE ASAI S1 S2 S3 S4 S5 S6 LG CL AB PA MJ PD PM RM MA GI PT TP RIS RCSD RPSD RCID RMSD "
    "RCSE RPSE RMSE RII RPID RMID RCIE RPIE RMIE RMD RME RPD RPE RMPE RMPD SM TU SI FLI FLA UV PP PI LS LI RL RP "
    "RV RSMD RSME RSL"
)
REGIONS: Final = frozenset(_REGIONS.split())
FACES: Final = re.compile(r"[OLMVDIP]{1,5}\Z")
FRONT: Final = frozenset("123")


def valid_faces(faces: str | None, tooth: str | None) -> bool:
    """Tell whether faces are written right, none twice, and fit the tooth: O (occlusal) behind, I (incisal) before."""
    if faces is None or not FACES.match(faces) or len(set(faces)) != len(faces):
        return False
    if tooth is None or tooth in SUPERNUMERARY:  # where a supernumerary tooth stands is not in its number
        return True
    return ("O" if tooth[-1:] in FRONT else "I") not in faces
