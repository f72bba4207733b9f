-- Notices: that something waits for somebody, and the steps by which they are told (docs/capabilities/notices.md).
create table notice (
    id      bigint generated always as identity primary key,
    key     text        not null unique,              -- raised twice is one
    account bigint      not null references account,
    kind    text        not null,
    link    text        not null,                     -- where on this server it waits
    raised  timestamptz not null,
    read    timestamptz,
    due     timestamptz,                              -- when a worker looks at it; null: nothing is left to do
    held    timestamptz                               -- until when a worker has it in hand
);
create index notice_due on notice (due) where due is not null;
create index notice_inbox on notice (account, id desc);
create index notice_unread on notice (account) where read is null;
create index notice_raised on notice (raised);

create table notice_step (
    notice  bigint      not null references notice on delete cascade,
    place   integer     not null,                     -- 1 for the first
    channel text        not null,
    wait    bigint      not null,                     -- seconds before the next step, when nothing is heard
    state   text        not null,
    tries   integer     not null default 0,
    why     text        not null default '',
    changed timestamptz not null,
    primary key (notice, place)
);

-- Where members of staff want to be told.
create table notice_contact (
    account bigint primary key references account,
    mail    text not null
);
