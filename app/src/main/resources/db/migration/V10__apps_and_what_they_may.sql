-- Apps that people or machines use (SMART App Launch), and what was granted to them
-- (docs/capabilities/apps.md).
create table app (
    id            text primary key,
    name          text        not null,
    kind          text        not null,              -- public, confidential, backend, restricted
    secret        text        not null default '',   -- {algorithm}hash; empty for none
    keys          text        not null default '',   -- JWK set; empty for none
    keys_at       text        not null default '',   -- address of a JWK set; empty for none
    certificate   text        not null default '',   -- subject of a client certificate; empty for none
    redirects     text[]      not null,
    launch        text        not null default '',   -- where a launch from a record leads; empty for nowhere
    scopes        text        not null,
    role          text        not null,              -- of a backend's own calls
    organisation  text        not null,
    ods_code      text        not null,
    purpose       text        not null,              -- care, planning, research
    project       text        not null default '',   -- id of a ResearchStudy
    registered    timestamptz not null default now(),
    disabled      boolean     not null default false
);

-- What people let apps do, until they take it back.
create table app_consent (
    app     text        not null references app,
    account text        not null,
    scopes  text[]      not null,
    given   timestamptz not null default now(),
    primary key (app, account)
);

-- The patient whom an authorization is about, when somebody chose one.
create table app_context (
    authorization_id text primary key,
    patient          text        not null,
    chosen           timestamptz not null default now()
);

-- Values that may be used once: identifiers of assertions, and refresh tokens that have been replaced.
create table app_spent (
    hash             bytea primary key,
    authorization_id text        not null default '',
    until            timestamptz not null
);
create index app_spent_until on app_spent (until);

-- The key that signs identity tokens; one row.
create table issuer_key (
    one boolean primary key check (one),
    jwk text    not null
);

-- As the authorization server's own library lays it out; tokens stand in it as their SHA-256 only.
create table oauth2_authorization (
    id                            varchar(100) primary key,
    registered_client_id          varchar(100) not null,
    principal_name                varchar(200) not null,
    authorization_grant_type      varchar(100) not null,
    authorized_scopes             text,
    attributes                    text,
    state                         varchar(500),
    authorization_code_value      text,
    authorization_code_issued_at  timestamp,
    authorization_code_expires_at timestamp,
    authorization_code_metadata   text,
    access_token_value            text,
    access_token_issued_at        timestamp,
    access_token_expires_at       timestamp,
    access_token_metadata         text,
    access_token_type             varchar(100),
    access_token_scopes           text,
    oidc_id_token_value           text,
    oidc_id_token_issued_at       timestamp,
    oidc_id_token_expires_at      timestamp,
    oidc_id_token_metadata        text,
    refresh_token_value           text,
    refresh_token_issued_at       timestamp,
    refresh_token_expires_at      timestamp,
    refresh_token_metadata        text,
    user_code_value               text,
    user_code_issued_at           timestamp,
    user_code_expires_at          timestamp,
    user_code_metadata            text,
    device_code_value             text,
    device_code_issued_at         timestamp,
    device_code_expires_at        timestamp,
    device_code_metadata          text,
    touched                       timestamptz not null default now()
);
create index oauth2_authorization_state on oauth2_authorization (state) where state is not null;
create index oauth2_authorization_code on oauth2_authorization (authorization_code_value)
    where authorization_code_value is not null;
create index oauth2_authorization_access on oauth2_authorization (access_token_value)
    where access_token_value is not null;
create index oauth2_authorization_refresh on oauth2_authorization (refresh_token_value)
    where refresh_token_value is not null;
create index oauth2_authorization_whose on oauth2_authorization (registered_client_id, principal_name);
create index oauth2_authorization_touched on oauth2_authorization (touched);
