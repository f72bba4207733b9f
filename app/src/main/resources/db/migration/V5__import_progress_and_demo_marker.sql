-- How far an import has come, so that it can go on after an interruption. Nothing depends on it for
-- safety: a line that is loaded twice changes nothing.
create table import_progress (
    file     bytea       not null primary key,  -- hash of path, size and first bytes
    name     text        not null,
    began    timestamptz not null,
    updated  timestamptz not null,
    high     bigint      not null,              -- every line up to this one is done
    beyond   bigint[]    not null,              -- done beyond it: first and last line of each stretch
    created  bigint      not null,
    changed  bigint      not null,
    same     bigint      not null,
    rejected bigint      not null
);

-- The loading of the demo region, which happens once at the most.
create table demo_region (
    began timestamptz not null,
    ended timestamptz
);
