-- Lines of the audit that are older than anybody has to keep them were written to an archive and removed; their leaves
-- stay, so that the tree is whole. Signed with the node's key: removing lines in any other way is tampering.
create table audit_retired (
    leaves    bigint primary key,        -- leaves before this one may have no line any more
    until     bigint not null,           -- every line of theirs is older, in microseconds since 1970 UTC
    at        bigint not null,
    archive   bytea  not null,           -- SHA-256 of the archive that holds them
    key       bytea  not null,
    signature bytea  not null
);

create trigger audit_append_only before update or delete or truncate on audit_retired
    for each statement execute function audit_is_append_only();
revoke update, delete, truncate on audit_retired from public, current_user;
