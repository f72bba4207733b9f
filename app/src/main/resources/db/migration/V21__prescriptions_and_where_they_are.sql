-- Electronic prescriptions: what was signed, and where each issue and item of it is. The medicines asked for and handed over are
-- resources of the record; here is how the work stands.
create table prescription (
    id              text primary key,          -- short form of the prescription number
    nhs_number      text not null,
    patient         text not null,             -- id of the Patient
    prescriber      text not null,             -- SDS user id
    prescriber_name text not null,
    prescriber_ods  text not null,
    treatment       text not null,             -- 0001 acute, 0002 repeat, 0003 repeat dispensing
    nominated       text not null,             -- ODS code of a dispenser; empty without
    days            int  not null,             -- of one issue of repeat dispensing
    sent            timestamptz not null,
    version         int  not null,             -- counts changes, so that none is made unseen of another
    message         text not null              -- as it was signed
);
create index prescription_by_patient on prescription (patient, sent desc);
create index prescription_by_number on prescription (nhs_number, sent desc);
create index prescription_by_prescriber on prescription (prescriber_ods, sent desc);

create table prescription_issue (
    prescription text not null references prescription,
    number       int  not null,
    task         text not null unique,         -- id of its Task, which pages know it by
    status       text not null,                -- EPS-task-business-status
    nominated    text not null,
    dispenser    text not null,                -- who has it, or had it last; empty for nobody
    claim        text not null,                -- the claim that counts; empty for none
    due          timestamptz,
    expires      timestamptz not null,
    completed    timestamptz,
    changed      timestamptz not null,
    primary key (prescription, number)
);
create index prescription_issue_nominated on prescription_issue (nominated, changed) where status = '0001';
create index prescription_issue_held on prescription_issue (dispenser, changed desc) where dispenser <> '';
create index prescription_issue_due on prescription_issue (due) where status in ('0000', '9001');
create index prescription_issue_ends on prescription_issue (expires)
    where status in ('0000', '0001', '0002', '0003', '9000', '9001');
create index prescription_issue_lapses on prescription_issue (completed) where status = '0006';

create table prescription_item (
    prescription  text not null,
    issue         int  not null,
    place         int  not null,
    id            text not null,               -- prescription-order-item-number
    status        text not null,               -- medicationdispense-type
    cancel_by     text not null,               -- SDS user id of who wants it cancelled; empty for nobody
    cancel_reason text not null,
    cancel_at     timestamptz,
    primary key (prescription, issue, place),
    foreign key (prescription, issue) references prescription_issue
);
create unique index prescription_item_once on prescription_item (id) where issue = 1;

-- What dispensers have said and not taken back: how things stood before each.
create table prescription_notification (
    prescription text not null,
    issue        int  not null,
    place        int  not null,
    id           text not null,
    before       text not null,                -- status before it
    dispenser    text not null,                -- who had it before it
    items        text not null,                -- status of each item before it, in order
    primary key (prescription, issue, place),
    foreign key (prescription, issue) references prescription_issue
);

-- Everything that has happened, with what was sent.
create table prescription_event (
    seq          bigint generated always as identity primary key,
    prescription text not null references prescription,
    issue        int  not null,
    at           timestamptz not null,
    what         text not null,
    status       text not null,                -- of the issue, after it
    ods          text not null,                -- organisation of who did it; empty for the service itself
    name         text not null,
    request      text not null,                -- the request's own number; empty for the service itself
    body         text not null                 -- as it was sent; empty for nothing
);
create index prescription_event_of on prescription_event (prescription, seq);
create unique index prescription_event_once on prescription_event (request, ods, prescription, issue, what)
    where request <> '';

-- Answers to cancellations that waited for a dispenser, until they are with the prescriber.
create table prescription_answer (
    seq  bigint generated always as identity primary key,
    ods  text not null,
    body text not null
);

-- What pharmacies say to people of how far their medicines are.
create table prescription_tracking (
    prescription text not null,
    task         text not null,
    item         text not null,
    nhs_number   text not null,
    ods          text not null,
    status       text not null,                -- task-businessStatus-nppt
    terminal     boolean not null,
    at           timestamptz not null,         -- as the pharmacy says
    taken        timestamptz not null,
    app          text not null,
    primary key (prescription, task)
);
create index prescription_tracking_of on prescription_tracking (nhs_number, at desc);
