-- Who left a practice, and rich lists of messages.
--
-- What a practice is told of those who are no longer registered with it. The times of registration themselves are in the record.
create table departure (
    id       bigint generated always as identity primary key,
    practice text not null,                -- ODS code
    patient  text not null,                -- our opaque id
    left_on  date not null,
    told     date not null,                -- the day on which the practice was told, which may be later
    why      text not null
);
create index departure_of_practice on departure (practice, told);

-- Messages of a mailbox in the order in which they came into being.
create index mesh_message_from on mesh_message (sender, key);
create index mesh_message_to on mesh_message (recipient, key);
