-- Who signed a prescription, answers to cancellations that are tried again later, and the issue that a pharmacy's word is of.

alter table prescription add column signer text not null default '';   -- subject of the certificate

alter table prescription_answer
    add column tries    int         not null default 0,      -- how many times no mailbox has taken it
    add column next_try timestamptz not null default now();
create index prescription_answer_next on prescription_answer (next_try, seq);

alter table prescription_tracking add column issue int not null default 1;
create index prescription_tracking_latest on prescription_tracking (prescription, issue, item, at desc);
