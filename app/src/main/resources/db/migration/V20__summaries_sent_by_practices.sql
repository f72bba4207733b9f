-- Summary Care Records that practices send. Of each person the one that no other replaces counts.
create table summary (
    uuid       text primary key,
    nhs_number text not null,
    replaces   text not null,              -- uuid of the one before; empty for the first
    ods        text not null,              -- who sent it; empty for the machine
    made       timestamptz not null,
    body       text not null,              -- the Bundle
    unique (nhs_number, replaces)
);
