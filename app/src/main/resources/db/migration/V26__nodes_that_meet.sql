-- Other servers that this one asks and answers.
create table node (
    name         text primary key,
    organisation text not null,
    ods          text[] not null,          -- codes it answers for
    address      text not null,            -- without a slash at the end
    certificate  text not null,            -- subject, RFC 2253
    believed     boolean not null          -- whether its word on a relationship is enough
);
