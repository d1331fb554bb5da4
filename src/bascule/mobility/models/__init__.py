"""Tables of mobility. One file a noun; everybody imports them from here."""

from bascule.mobility.models.flags import Flag

__all__ = ["Flag"]
