-- What codes and identifiers are called, once for all resources that are called so: a resource bears the hash among its tokens
-- (res.tok), and `code:text=...` looks up here which hashes begin so. Rows are only added.
create table ix_term (
    param integer not null,
    value text collate "C" not null,     -- normalised, as in ix_string
    hash  bigint not null,
    primary key (param, value)
);
