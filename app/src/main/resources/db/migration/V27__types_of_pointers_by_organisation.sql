-- Which types of pointers an organisation may make and find; one of which nothing stands here may all.
create table pointer_type_allowed (
    ods  text not null,
    side text not null check (side in ('produce', 'consume')),
    type text not null,                    -- system|code
    primary key (ods, side, type)
);
