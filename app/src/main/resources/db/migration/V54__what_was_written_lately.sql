-- Whose records were written lately, by which transactions: whoever keeps what they read of a record asks here whether it
-- still holds (docs/decisions/0077). One row for each record that a transaction writes to. Unlogged: after a crash it is
-- empty, and so is the row that says from when on it is complete, without which nothing that was kept is held to be true.
create unlogged table written (
    scope bigint not null,                              -- key of a patient, or of a resource that belongs to nobody
    tx    xid8   not null default pg_current_xact_id()
);
create index written_scope on written (scope, tx);

-- One row: all that transactions from `since` on have written is there.
create unlogged table written_since (
    one    boolean     primary key default true check (one),
    -- Another one after each crash, and where a replica took over: numbers of transactions may come again then.
    epoch  uuid        not null default gen_random_uuid(),
    since  xid8        not null,
    next   xid8        not null,
    turned timestamptz not null default now()
);

-- Adds lines, unless something they tell of was read before a moment and has been written since: then it adds none, and says
-- which of the scopes that were. A moment is an epoch and a snapshot of transactions; `seen` is the one at which it looked.
-- What a snapshot does not hold is looked for by number, not from its oldest on: a long transaction would make that much.
create function audit_add_confirmed(
    ats bigint[], callers bigint[], accounts bigint[], agents bigint[], actions text[], statuses smallint[],
    vers bigint[], whats text[], rtypes text[], fids text[], queries text[], addresses text[], requests text[],
    firsts bigint[], otherss integer[], places integer[], patients bigint[],
    scopes bigint[], moments text[], out seen text, out overtaken integer[])
language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
begin
    select (select s.epoch::text from written_since s) || ' ' || pg_current_snapshot()::text,
           array_agg(c.place::integer) filter (
               where coalesce(c.epoch <> (select s.epoch::text from written_since s), true)
                  or coalesce(pg_snapshot_xmin(c.moment) < (select s.since from written_since s), true)
                  or exists (select from written w where w.scope = c.scope and w.tx >= pg_snapshot_xmax(c.moment))
                  or exists (select from written w
                              where w.scope = c.scope and w.tx = any (array(select pg_snapshot_xip(c.moment)))))
      into seen, overtaken
      from (select u.place, u.scope, split_part(u.moment, ' ', 1) as epoch,
                   split_part(u.moment, ' ', 2)::pg_snapshot as moment
              from unnest(scopes, moments) with ordinality as u (scope, moment, place)) c;
    if overtaken is null and array_length(ats, 1) > 0 then
        perform audit_add(ats, callers, accounts, agents, actions, statuses, vers, whats, rtypes, fids, queries,
                          addresses, requests, firsts, otherss, places, patients);
    end if;
end $$;
