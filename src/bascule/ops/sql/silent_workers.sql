-- How many seconds ago did a worker last say that it lives?
select extract(epoch from now() - max(last_heartbeat))::float from procrastinate_workers
