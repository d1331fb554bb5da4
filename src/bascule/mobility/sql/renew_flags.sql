-- How do the flags read that are still true and say otherwise now, after a correction or a deadline?
update mobility_flag known
set because = found.because, figures = found.figures, version = found.version
from flag_found found
where known.id = found.id
