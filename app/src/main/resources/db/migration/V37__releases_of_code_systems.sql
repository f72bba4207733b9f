-- A release of a code system that has been loaded, such as a version of SNOMED CT. Its concepts are not rows: they lie in compact
-- form, compressed, in pieces of a megabyte, and are brought into memory when they are asked for.
create table terminology_release (
    id bigint generated always as identity primary key,
    system text not null,
    version text not null,
    name text not null,
    format text not null,
    concepts integer not null,
    parts integer not null,
    loaded timestamptz not null,
    -- The one that counts when nobody names a version.
    current boolean not null,
    unique (system, version)
);

create unique index terminology_release_current on terminology_release (system) where current;

create table terminology_part (
    release bigint not null references terminology_release (id) on delete cascade,
    part integer not null,
    body bytea not null,
    primary key (release, part)
);

-- It is compressed already.
alter table terminology_part alter column body set storage external;
