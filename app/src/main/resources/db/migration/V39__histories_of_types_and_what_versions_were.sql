-- What a superseded version was: its type, whose it was and what it was found by, its security labels among that. A version is
-- shown only to whoever may see it both as it was and as its resource is now. Versions from before count as what theirs is now.
alter table hist add column rtype smallint;
alter table hist add column patient bigint;
alter table hist add column tok bigint[];
update hist h set rtype = r.rtype, patient = r.patient, tok = r.tok
  from res r where r.shard = h.shard and r.rid = h.rid;
alter table hist alter column rtype set not null;
alter table hist alter column patient set not null;
alter table hist alter column tok set not null;
alter table hist alter column tok set storage external;

-- The history of a type is three ordered scans merged (res_updated has what is not deleted), that of everything two.
create index hist_type on hist (rtype, upd desc, rid desc, ver desc);
create index hist_when on hist (upd desc, rid desc, ver desc);
create index res_ended on res (rtype, upd desc, rid desc) where deleted;
create index res_when on res (upd desc, rid desc);
