"""One module for each genre's pieces; together they are the catalogue of the bundled library."""

from composer.form import Brief
from composer.genres import (
    ambient,
    cinematic,
    classical,
    corporate,
    electronic,
    folk,
    funk,
    hip_hop,
    jazz,
    lofi,
    metal,
    pop,
    reggae,
    synthwave,
)

BRIEFS: tuple[Brief, ...] = (
    *hip_hop.BRIEFS,
    *lofi.BRIEFS,
    *jazz.BRIEFS,
    *classical.BRIEFS,
    *reggae.BRIEFS,
    *pop.BRIEFS,
    *metal.BRIEFS,
    *ambient.BRIEFS,
    *electronic.BRIEFS,
    *cinematic.BRIEFS,
    *folk.BRIEFS,
    *corporate.BRIEFS,
    *funk.BRIEFS,
    *synthwave.BRIEFS,
)
