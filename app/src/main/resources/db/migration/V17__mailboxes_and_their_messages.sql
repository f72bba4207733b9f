-- The message exchange: mailboxes, messages, and their content in parts that are read and written one at a time.
create table mailbox (
    id          text primary key,
    name        text not null,
    ods         text not null,
    password    text not null,               -- both ends compute a proof from it, so it is kept as it is
    certificate text not null default '',
    workflows   text[] not null default '{}',
    disabled    boolean not null default false
);
create index mailbox_by_ods on mailbox (ods);

-- The order in which messages came into inboxes.
create sequence mesh_place;

create table mesh_message (
    key          bigint generated always as identity primary key,
    id           text not null unique,
    sender       text not null,              -- empty: the exchange itself
    recipient    text not null,              -- the server answers some itself: they are no rows here
    kind         text not null,
    state        text not null,
    workflow     text not null,
    subject      text not null,
    local_id     text not null,
    partner_id   text not null,
    file_name    text not null,
    content_type text not null,
    encoding     text not null,
    checksum     text not null,
    encrypted    boolean not null,
    compressed   boolean not null,
    chunks       integer not null,
    bytes        bigint not null default 0,
    sent         timestamptz not null,
    accepted     timestamptz,
    ended        timestamptz,
    place        bigint,                     -- in the inbox; null until all of it is there
    fault_event  text,
    fault_code   text,
    fault_text   text,
    fault_of     text
);
create index mesh_message_inbox on mesh_message (recipient, place) where state = 'ACCEPTED';
create index mesh_message_waiting on mesh_message (accepted) where state = 'ACCEPTED';
create index mesh_message_sent on mesh_message (sent);
create index mesh_message_local on mesh_message (sender, local_id) where local_id <> '';

-- Content that is on its way and belongs to no message yet.
create sequence mesh_content;
create table mesh_upload (
    id    bigint primary key,
    since timestamptz not null
);

create table mesh_part (
    upload bigint not null,
    part   integer not null,
    bytes  bytea not null,
    primary key (upload, part)
);
-- What is sent is mostly compressed, and is read part by part: never compressed again.
alter table mesh_part alter column bytes set storage external;

create table mesh_chunk (
    message bigint not null references mesh_message (key) on delete cascade,
    chunk   integer not null,
    upload  bigint not null,
    bytes   bigint not null,
    primary key (message, chunk)
);

-- Proofs that have been shown: each is good once.
create table mesh_token (
    mailbox text not null,
    nonce   text not null,
    count   bigint not null,
    at      timestamptz not null,
    primary key (mailbox, nonce, count)
);
create index mesh_token_at on mesh_token (at);
