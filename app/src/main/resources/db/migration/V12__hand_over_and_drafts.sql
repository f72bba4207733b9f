-- How somebody who has signed in this shift comes back quickly on a shared terminal, and what they had
-- typed (docs/capabilities/terminals.md).
create table quick_sign_in (
    account bigint primary key references account,
    pin     text   not null default '',       -- {algorithm}hash; empty for none
    badge   bytea  unique                     -- SHA-256 of what the badge says
);

create table draft (
    account bigint      not null references account,
    page    text        not null,             -- path of the page, without its query
    fields  text        not null,             -- JSON: what was typed, by field
    saved   timestamptz not null,
    primary key (account, page)
);
