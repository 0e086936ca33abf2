-- Run once, by psql as the owner of a new database. The server connects as a role that owns nothing: it reads and writes
-- rows, but can change no table, trigger or function, and so cannot lift the protection of the event log.
\getenv password DATABASE_PASSWORD
create role signalbox login password :'password';
alter default privileges grant select, insert, update, delete on tables to signalbox;
alter default privileges grant usage, select on sequences to signalbox;
alter default privileges grant usage on schemas to signalbox;
