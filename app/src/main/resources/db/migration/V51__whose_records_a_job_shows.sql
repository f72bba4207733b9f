-- Whose records what a job has left shows. When it is fetched, whoever asked must still have to do with all of whom they had to do with
-- when it was made; and the audit of the fetch names them all. Not kept for the machine itself, which sees everything.
create table bulk_patient (
    job     text not null references bulk_job (id) on delete cascade,
    patient bigint not null,
    known   boolean not null,                -- whether they had to do with them then
    primary key (job, patient)
);
