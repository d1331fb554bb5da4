-- Which figures of a school year are replaced, with their open versions and the rows behind them?
delete from metrics_countedstudent
where value_id in (select id from metrics_value where school_year = %(school_year)s);
delete from metrics_openvalue
where value_id in (select id from metrics_value where school_year = %(school_year)s);
delete from metrics_value where school_year = %(school_year)s
