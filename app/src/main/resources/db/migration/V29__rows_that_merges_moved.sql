-- Rows of tables outside the record that a merge gave to the record that stays, so that undoing it gives back these and no others
-- (docs/capabilities/matching.md).
create table matching_row (
    merge  bigint not null references matching_merge,
    place  text   not null,      -- table and column
    key    text   not null,      -- of the row
    was    text   not null,      -- whose it was
    became text   not null,      -- and whose it is
    primary key (merge, place, key)
);
