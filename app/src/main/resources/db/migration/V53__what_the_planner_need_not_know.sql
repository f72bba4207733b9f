-- By shard and row, rows are only ever joined: how often each shard occurs helps no plan, and comparing what two tables' statistics say of
-- it took a third of the time that planning a search takes (docs/decisions/0076). The number of different values is still told.
alter table res alter column shard set statistics 1;
alter table loc alter column home set statistics 1;
alter table loc alter column key set statistics 1;
alter table loc alter column shard set statistics 1;
alter table loc alter column rid set statistics 1;
alter table ix_string alter column shard set statistics 1;
alter table ix_string alter column rid set statistics 1;
alter table ix_date alter column shard set statistics 1;
alter table ix_date alter column rid set statistics 1;
alter table ix_number alter column shard set statistics 1;
alter table ix_number alter column rid set statistics 1;
alter table ix_identifier alter column shard set statistics 1;
alter table ix_identifier alter column rid set statistics 1;
alter table ix_reference alter column shard set statistics 1;
alter table ix_reference alter column rid set statistics 1;
alter table ix_relationship alter column shard set statistics 1;
alter table ix_relationship alter column rid set statistics 1;
alter table ix_text alter column shard set statistics 1;
alter table ix_text alter column rid set statistics 1;
alter table contained alter column shard set statistics 1;
alter table contained alter column rid set statistics 1;
