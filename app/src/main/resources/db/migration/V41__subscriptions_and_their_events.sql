-- Where the work on each Subscription stands (docs/capabilities/subscriptions.md). The Subscription itself is a resource.
create sequence subscription_generation;

create table subscription (
    id        text primary key,                  -- of the resource
    owner     text not null,                     -- account, app and patient of whoever wrote it last
    caller    text not null,                     -- who that was, as JSON, without any secret
    shown     text not null,                     -- the hash of what they showed
    base      text not null,                     -- this server's address as they called it
    state     text not null,                     -- changed, requested, active, error or off
    generation bigint not null default nextval('subscription_generation'), -- another with every write, and never again
    born      bigint not null default nextval('subscription_generation'),  -- the same until the resource is deleted
    checked   boolean not null default false,    -- whether what was written last could be carried out when it began
    channel   text not null default '',          -- rest-hook, websocket or email
    numbered  bigint not null default 0,         -- the number of the last event that was told, or was about to be
    failures  integer not null default 0,        -- one after the other
    failing   timestamptz,                       -- since when
    next      timestamptz,                       -- when it is tried again
    said      timestamptz,                       -- when something was told last
    heartbeat integer not null default 0,        -- seconds; 0 for none
    ends      timestamptz,
    worked    timestamptz,                       -- when a node took it last
    held      timestamptz,                       -- until when a node works it
    worker    text not null default ''           -- which
);
create index subscription_owner on subscription (owner);

-- What each is to be told, in order. An event has its number once it is told: what may not be seen by then never had one.
create table subscription_event (
    subscription text not null,
    place        bigint generated always as identity,
    number       bigint,
    rtype        text not null,
    fid          text not null,
    ver          bigint not null,
    interaction  text not null,                  -- create, update or delete
    looked_back  boolean not null,               -- whether the version before decided as well
    happened     timestamptz not null,
    sent         timestamptz,
    primary key (subscription, place)
);
create index subscription_event_waiting on subscription_event (subscription, place) where sent is null;
create index subscription_event_number on subscription_event (subscription, number) where number is not null;
create index subscription_event_happened on subscription_event (happened);

-- Tokens by which a websocket is bound, each good once.
create table subscription_token (
    hash    text primary key,                    -- of the token
    caller  text not null,                       -- who asked for it, as JSON, without any secret
    shown   text not null,                       -- the hash of what they showed
    ids     text[] not null,
    expires timestamptz not null
);

-- With which the values of headers are sealed, made by whoever comes first.
create table subscription_key (
    one boolean primary key check (one),
    key bytea not null
);
