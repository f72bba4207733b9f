-- Where the next new NHS number is looked for, in the range 999 that is nobody's in the country.
create sequence nhs_number_place;

-- Changes that were made, by the request's own id: one that comes again is answered again, and not made again.
create table demographics_request (
    id      text not null,
    account bigint not null,
    app     text not null,
    hash    bytea not null,              -- of what was asked
    patient text not null,               -- id of the Patient
    version bigint not null,             -- that it made
    at      timestamptz not null,
    primary key (id, account, app)
);
create index demographics_request_at on demographics_request (at);
