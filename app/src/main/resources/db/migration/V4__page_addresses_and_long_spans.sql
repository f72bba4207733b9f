-- The key that page addresses are encrypted with; one row.
create table page_key (
    one boolean primary key check (one),
    key bytea   not null
);

-- Spans longer than a day, by their end: "not over before" cannot use an index ordered by beginnings,
-- and only long spans begin long before they end.
create index ix_date_long on ix_date (param, high, shard, rid) where high > low + 86400000000;
