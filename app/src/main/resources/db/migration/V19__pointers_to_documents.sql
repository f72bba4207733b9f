-- Where documents are that other systems hold.
create table pointer (
    id         text primary key,
    nhs_number text not null,
    custodian  text not null,
    type       text not null,              -- system|code
    body       text not null,              -- the DocumentReference
    made       timestamptz not null
);
create index pointer_of_person on pointer (nhs_number, type);
