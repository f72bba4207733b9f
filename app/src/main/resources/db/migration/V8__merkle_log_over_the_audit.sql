-- A Merkle tree over the audit's lines (RFC 9162; docs/capabilities/notary.md), so that nobody, not even
-- whoever has the database's superuser, can change, remove, add or reorder a line unnoticed.

-- The patients of a line, which go into its leaf: read for many lines at a time, in the order in
-- which they were written, which this finds at next to no cost.
create index audit_patient_seq on audit_patient using brin (seq) with (pages_per_range = 16);

-- The leaves: in which order lines stand in the tree, and what each hashes to.
create table audit_leaf (
    idx  bigint primary key,
    seq  bigint not null unique,
    hash bytea  not null
);

-- Hashes of complete subtrees of 256 leaves and more; smaller ones are computed from their leaves.
create table audit_node (
    level smallint not null,             -- a subtree of 2 to this power leaves
    idx   bigint   not null,             -- the how manieth of its level, from 0
    hash  bytea    not null,
    primary key (level, idx)
);

-- Signed tree heads.
create table audit_head (
    size      bigint primary key,        -- how many leaves
    root      bytea  not null,
    at        bigint not null,           -- microseconds since 1970 UTC
    floor     bigint not null,           -- every line up to this seq is in the tree
    key       bytea  not null,           -- public key, X.509 SubjectPublicKeyInfo
    signature bytea  not null
);

create trigger audit_append_only before update or delete or truncate on audit_leaf
    for each statement execute function audit_is_append_only();
create trigger audit_append_only before update or delete or truncate on audit_node
    for each statement execute function audit_is_append_only();
create trigger audit_append_only before update or delete or truncate on audit_head
    for each statement execute function audit_is_append_only();

revoke update, delete, truncate on audit_leaf, audit_node, audit_head from public, current_user;
