-- Conversations: the work around secure messages. What is said about a patient is a Communication of the record; what is
-- said about nobody stands here (docs/capabilities/conversations.md).
create table conversation (
    id        text primary key,
    subject   text        not null,
    patient   text        not null default '',        -- id of the Patient it is about; empty for nobody
    replies   boolean     not null,                   -- whether the person may answer
    begun     timestamptz not null,
    latest    timestamptz not null,
    closed    timestamptz,
    closed_by text        not null default ''
);
create index conversation_patient on conversation (patient) where patient <> '';

create table conversation_part (
    conversation text        not null references conversation,
    kind         text        not null,                -- account, organisation, person
    who          text        not null,                -- number of the account, ODS code, id of the Patient
    name         text        not null,
    added        timestamptz not null,
    added_by     text        not null,
    why          text        not null default '',
    primary key (conversation, kind, who)
);
create index conversation_part_who on conversation_part (kind, who);

create table conversation_message (
    id           text primary key,                    -- of its Communication too
    conversation text        not null references conversation,
    sender       bigint      not null references account,
    person       boolean     not null,                -- whether the person wrote, and not staff
    name         text        not null,
    organisation text        not null,
    ods_code     text        not null,
    body         text,                                -- null: it is in the record
    urgent       boolean     not null,
    sent         timestamptz not null
);
create index conversation_message_of on conversation_message (conversation, sent);

create table conversation_read (
    message text        not null references conversation_message,
    account bigint      not null references account,
    name    text        not null,
    read    timestamptz not null,
    primary key (message, account)
);

-- Who is told of new messages to the inbox of their organisation.
create table conversation_watch (
    account  bigint primary key references account,
    ods_code text not null
);
create index conversation_watch_ods on conversation_watch (ods_code);
