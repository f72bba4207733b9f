-- The record store (docs/architecture.md, "The store").
-- Every table carries the shard, and every primary key leads with it, so that the tables can be
-- distributed by shard. An index that serves a search over the whole population leads with what is
-- searched, because a leading shard would turn one ordered scan into a thousand; it ends with
-- (shard, rid), which is the way to the row.

-- Where a resource lives: by the hash of type and id to (shard, rid). Rows are never changed.
create table loc (
    home  smallint not null,
    key   bigint   not null,
    shard smallint not null,
    rid   bigint   not null,
    primary key (home, key)
);

-- Current version of every resource, also of deleted ones. rid never changes.
create table res (
    shard   smallint not null,
    rid     bigint   not null,
    rtype   smallint not null,           -- place in the sorted list of R4 types, from 1
    ver     integer  not null,
    upd     bigint   not null,           -- microseconds since 1970 UTC
    patient bigint   not null,           -- key of the patient whose record this belongs to, or 0
    key     bigint   not null,           -- hash of type and id
    deleted boolean  not null,
    splice  integer  not null,           -- where version and time are put into the body
    fid     text collate "C" not null,   -- FHIR id
    hash    bytea    not null,           -- of the content, to recognise an update that changes nothing
    body    bytea    not null,           -- compressed JSON
    tok     bigint[] not null,           -- hashes of tokens, references, URIs
    primary key (shard, rid)
) with (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.02);

alter table res alter column body set storage external;
alter table res alter column tok set storage external;
alter table res alter column tok set statistics 1000;

create index res_patient on res (shard, patient, rtype, rid desc) where not deleted and patient <> 0;
create index res_type on res (rtype, rid desc) where not deleted;
create index res_updated on res (rtype, upd desc, rid desc) where not deleted;
create index res_token on res using gin (tok) with (fastupdate = on, gin_pending_list_limit = 1024);

-- Versions that have been superseded. Only ever inserted.
create table hist (
    shard   smallint not null,
    rid     bigint   not null,
    ver     integer  not null,
    upd     bigint   not null,
    deleted boolean  not null,
    splice  integer  not null,
    body    bytea    not null,
    primary key (shard, rid, ver)
);

alter table hist alter column body set storage external;

-- Search values whose order matters. elem: element of a composite, 0 for plain values.
create table ix_string (
    shard smallint not null,
    rid   bigint   not null,
    param integer  not null,
    elem  smallint not null,
    value text collate "C" not null
);
create index ix_string_row on ix_string (shard, rid, param);
create index ix_string_value on ix_string (param, value, shard, rid);

create table ix_date (
    shard smallint not null,
    rid   bigint   not null,
    param integer  not null,
    elem  smallint not null,
    low   bigint   not null,             -- microseconds, from
    high  bigint   not null              -- microseconds, up to and not including
);
create index ix_date_row on ix_date (shard, rid, param);
create index ix_date_low on ix_date (param, low, high, shard, rid);

create table ix_number (
    shard smallint not null,
    rid   bigint   not null,
    param integer  not null,
    elem  smallint not null,
    value numeric  not null,
    unit  bigint   not null,             -- hash of system and code, or 0
    code  bigint   not null              -- hash of code or of the unit's words, or 0
);
create index ix_number_row on ix_number (shard, rid, param);
create index ix_number_value on ix_number (param, value, shard, rid);

-- Identifiers, beside their place in res.tok: conditional writes look here, without GIN's pending list.
create table ix_identifier (
    shard smallint not null,
    rid   bigint   not null,
    hash  bigint   not null
);
create index ix_identifier_row on ix_identifier (shard, rid);
create index ix_identifier_hash on ix_identifier (hash, shard, rid);

-- References to resources of this store, whether or not the target exists.
create table ix_reference (
    shard  smallint not null,
    rid    bigint   not null,
    param  integer  not null,
    target bigint   not null             -- key of the target
);
create index ix_reference_row on ix_reference (shard, rid, param);
create index ix_reference_target on ix_reference (target, param, shard, rid);

-- Blocks of row numbers: a node takes a thousand at a time.
create sequence rid_block;
