-- Versions that were written of types that somebody waits for (trellis.store.Outbox). A row is written in the transaction of its
-- version and is deleted by whoever takes it.
create table outbox_watch (
    watcher text not null,
    rtype   smallint not null,
    primary key (watcher, rtype)
);
create table outbox (
    seq     bigint generated always as identity,
    watcher text not null,
    rtype   smallint not null,
    fid     text not null,
    ver     integer not null,
    upd     bigint not null,
    deleted boolean not null,
    primary key (watcher, seq)
);
