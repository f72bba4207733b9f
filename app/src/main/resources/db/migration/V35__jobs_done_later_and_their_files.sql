-- What is asked to be done later (docs/capabilities/bulk.md): exports, imports, and requests with Prefer: respond-async.
create table bulk_job (
    id       text primary key,               -- 128 random bits: whoever guesses it still has to be its owner
    kind     text not null,                  -- export, import or request
    owner    text not null,                  -- account, app and patient of whoever asked
    caller   text not null,                  -- who asked, as JSON, without any secret
    shown    text not null,                  -- the hash of what they showed
    asked    text not null,                  -- what was asked, as JSON
    state    text not null,                  -- waiting, running, done, failed or gone
    progress text not null default '',
    detail   text not null default '',       -- of one that is done: the answer but for the files; of one that failed: why, as JSON
    made     timestamptz not null,
    ended    timestamptz,
    expires  timestamptz not null,           -- when it is thrown away
    held     timestamptz,                    -- until when a node works it
    worker   text not null default '',       -- which
    tries    integer not null default 0
);
create index bulk_job_waiting on bulk_job (made) where state in ('waiting', 'running');
create index bulk_job_owner on bulk_job (owner);
create index bulk_job_expires on bulk_job (expires);

-- Content in parts, each written and read by a statement of its own: as of messages (V17).
create table bulk_file (
    job   text not null references bulk_job (id) on delete cascade,
    name  text not null,
    kind  text not null,                     -- output, deleted, error, input or answer
    type  text not null,                     -- resource type, or a media type
    count bigint not null,                   -- lines
    bytes bigint not null,                   -- before it was packed
    parts integer not null,
    primary key (job, name)
);
create table bulk_part (
    job   text not null,
    name  text not null,
    part  integer not null,
    bytes bytea not null,                    -- of one gzip stream over all parts
    primary key (job, name, part)
);
alter table bulk_part alter column bytes set storage external;

-- Deletions by when they were made, for exports of what has changed. Few rows are.
create index res_deleted on res (rtype, upd) where deleted;

-- What an import did not store, until it is over and they become its file: an import that goes on after a restart has them all.
create table bulk_reject (
    job     text not null references bulk_job (id) on delete cascade,
    input   integer not null,
    line    bigint not null,
    hash    text not null,                   -- of the outcome: a line that is read twice is told of once
    outcome text not null,
    primary key (job, input, line, hash)
);
