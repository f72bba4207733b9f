-- Who signs in elsewhere, and which account that is here. Once an issuer's subject has been joined to an account,
-- its names and other claims are not asked any more: they may be given to somebody else there.
create table account_link (
    issuer  text not null,
    subject text not null,
    account bigint not null references account,
    made    timestamptz not null,
    primary key (issuer, subject),
    unique (account, issuer)
);
