-- Which stints are there? In chunks, as millions of single rows take longer to pass on than to read.
select array_agg(id) from roster_stint group by id / 100000
