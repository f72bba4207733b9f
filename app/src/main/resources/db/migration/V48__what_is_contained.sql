-- Resources that stand within others, for searches with `_contained`. Each has rows in the ix_* tables under a number of its own;
-- its body is in what contains it.
create table contained (
    shard     smallint not null,         -- that of what contains it
    rid       bigint   not null,         -- of the same numbers as res.rid
    container bigint   not null,         -- rid of what contains it
    rtype     smallint not null,
    upd       bigint   not null,         -- as of what contains it
    patient   bigint   not null,         -- as of what contains it
    key       bigint   not null,         -- hash of what contains it and of its own id
    fid       text collate "C" not null, -- its id within what contains it
    tok       bigint[] not null,
    primary key (shard, rid)
);

alter table contained alter column tok set storage external;

create index contained_container on contained (shard, container);
create index contained_type on contained (rtype, rid desc);
create index contained_token on contained using gin (tok);
