-- What a sign-in asks for beside, or instead of, a password (docs/capabilities/signin.md).
create table second_step (
    account   bigint primary key references account,
    secret    bytea   not null,              -- shared with the person's authenticator (RFC 6238)
    confirmed boolean not null default false, -- whether a code of it has been shown
    last_step bigint  not null default 0     -- the 30 seconds whose code was used last: each works once
);

create table recovery_code (
    account bigint not null references account,
    code    bytea  not null,                 -- SHA-256; a used one is gone
    primary key (account, code)
);

-- As Spring Security's repositories of WebAuthn read and write them.
create table user_entities (
    id           varchar(1000) not null primary key,
    name         varchar(100)  not null unique,
    display_name varchar(200)
);

create table user_credentials (
    credential_id                varchar(1000) not null primary key,
    user_entity_user_id          varchar(1000) not null references user_entities,
    public_key                   bytea         not null,
    signature_count              bigint,
    uv_initialized               boolean,
    backup_eligible              boolean       not null,
    authenticator_transports     varchar(1000),
    public_key_credential_type   varchar(100),
    backup_state                 boolean       not null,
    attestation_object           bytea,
    attestation_client_data_json bytea,
    created                      timestamp,
    last_used                    timestamp,
    label                        varchar(1000) not null
);
create index user_credentials_owner on user_credentials (user_entity_user_id);
