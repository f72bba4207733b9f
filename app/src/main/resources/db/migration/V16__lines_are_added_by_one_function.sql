-- Adds lines with their patients. A function, because it keeps one plan for the session: planned anew for each group of
-- lines, the statement cost more than the lines did.
create function audit_add(
    ats bigint[], callers bigint[], accounts bigint[], agents bigint[], actions text[], statuses smallint[],
    vers bigint[], whats text[], rtypes text[], fids text[], queries text[], addresses text[], requests text[],
    firsts bigint[], otherss integer[], places integer[], patients bigint[]) returns void
language plpgsql set plan_cache_mode = force_generic_plan as $$
declare
    seqs bigint[];
begin
    select array_agg(nextval('audit_seq_seq')) into seqs from generate_series(1, array_length(ats, 1));
    insert into audit (seq, at, caller, account, agent, action, status, ver, what, rtype, fid, query, address,
                       request, patient, others)
    select u.seq, u.at, u.caller, u.account, u.agent, u.action::"char", u.status, u.ver, u.what, u.rtype, u.fid,
           u.query, u.address, u.request, u.patient, u.others
      from unnest(seqs, ats, callers, accounts, agents, actions, statuses, vers, whats, rtypes, fids, queries,
                  addresses, requests, firsts, otherss)
           as u (seq, at, caller, account, agent, action, status, ver, what, rtype, fid, query, address, request,
                 patient, others);
    if array_length(places, 1) > 0 then
        insert into audit_patient (patient, at, seq)
        select p.patient, ats[p.place], seqs[p.place] from unnest(places, patients) as p (place, patient);
    end if;
end $$;
