-- Search parameters that were added, and how far what was stored before them has been gone through. The rows of code '*' are
-- about R4's own parameters: one for each type that a newer program gives other values, and one of base '*' that names the
-- generation of values.
create table search_index (
    base   text        not null,         -- resource type
    code   text        not null,
    digest text        not null,         -- of the definition
    ready  boolean     not null,
    since  timestamptz not null,
    upto   bigint      not null,         -- row number reached
    seen   bigint      not null,         -- resources gone through
    primary key (base, code)
);
