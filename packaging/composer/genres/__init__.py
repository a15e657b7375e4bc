"""One module for each genre; together they are the catalogue of the bundled library."""

from composer.form import Brief
from composer.genres import (
    ambient,
    cinematic,
    classical,
    electronic,
    folk,
    hip_hop,
    jazz,
    metal,
    pop,
    reggae,
)

BRIEFS: tuple[Brief, ...] = (
    *hip_hop.BRIEFS,
    *jazz.BRIEFS,
    *classical.BRIEFS,
    *reggae.BRIEFS,
    *pop.BRIEFS,
    *metal.BRIEFS,
    *ambient.BRIEFS,
    *electronic.BRIEFS,
    *cinematic.BRIEFS,
    *folk.BRIEFS,
)
