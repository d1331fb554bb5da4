-- Which schools may claims of a source name, in one hash?
select md5(coalesce(string_agg(source_key, ',' order by source_key), ''))
from directory_organization
where source = %(source)s and kind = 'school'
