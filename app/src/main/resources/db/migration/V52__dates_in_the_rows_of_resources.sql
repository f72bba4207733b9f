-- When what a resource tells of happened, for the types whose records are read in that order (docs/decisions/0075): the
-- beginning of its principal date, microseconds since 1970 UTC. What was stored before is gone through in the background.
alter table res add column dated bigint;
