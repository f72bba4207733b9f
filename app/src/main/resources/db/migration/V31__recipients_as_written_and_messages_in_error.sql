-- How the sender wrote the recipient, where it may not learn which mailbox that is: the practice of a person whose record is
-- restricted. Empty for all others.
alter table mesh_message add column addressed text not null default '';

-- When whoever wrote a message said that it was sent in error; null for all others.
alter table conversation_message add column mistaken timestamptz;
