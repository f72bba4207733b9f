"""What a demonstration of a record needs and the cohort lacks: all of it invented, none of it about anybody.

Resources added to a person's Bundle have ids that end in d001, d002, ...; people added to the region have
ids that begin 00020161-f. Texts say that they are invented wherever a reader could take them for real.
"""

import base64
import copy
import hashlib

SNOMED = 'http://snomed.info/sct'
TERMINOLOGY = 'http://terminology.hl7.org/CodeSystem/'
DEMO_FLAGS = 'https://fhir.example.org/CodeSystem/demo-flag'
HTEST = {'security': [{'system': TERMINOLOGY + 'v3-ActReason', 'code': 'HTEST', 'display': 'test health data'}]}

# Adult reference ranges, in the units of the cohort: LOINC code to low and high (None is open).
RANGES = {
    '59261-8': (20, 41), '718-7': (115, 165), '6690-2': (4.0, 11.0), '777-3': (150, 400), '787-2': (80, 100),
    '22664-7': (2.5, 7.8), '14682-9': (45, 104), '2000-8': (2.2, 2.6), '2951-2': (133, 146), '2823-3': (3.5, 5.3),
    '15074-8': (3.0, 6.0), '2069-3': (95, 108), '20565-8': (22, 29), '14647-2': (None, 5.0), '14927-8': (None, 1.7),
    '22748-8': (None, 3.0), '14646-4': (1.0, None), '33914-3': (60, None), '14585-4': (None, 3.0),
}
MEANINGS = {'H': 'High', 'L': 'Low', 'N': 'Normal'}


class Record:
    """One person's Bundle, to which resources are added."""

    def __init__(self, bundle):
        self.bundle = bundle
        self.patient = bundle['entry'][0]['resource']
        self.added = 0

    def add(self, kind, **elements):
        self.added += 1
        fid = f"{self.patient['id'][:24]}00000000d{self.added:03x}"
        resource = {'resourceType': kind, 'id': fid, 'meta': copy.deepcopy(HTEST)}
        resource.update({name.rstrip('_'): value for name, value in elements.items()})
        self.bundle['entry'].append(entry(resource))
        return fid

    def me(self):
        return {'reference': 'urn:uuid:' + self.patient['id']}

    def practice(self):
        return dict(self.patient['managingOrganization'])

    def doctor(self):
        return dict(self.patient['generalPractitioner'][-1])

    def trust(self):
        for identifier in self.patient['identifier']:
            if 'assigner' in identifier:
                return dict(identifier['assigner'])
        return self.practice()


def entry(resource):
    kind, fid = resource['resourceType'], resource['id']
    return {'fullUrl': 'urn:uuid:' + fid, 'resource': resource, 'request': {'method': 'PUT', 'url': f'{kind}/{fid}'}}


def coded(system, code, display):
    return {'coding': [{'system': system, 'code': code, 'display': display}], 'text': display}


def status(kind, code):
    return {'coding': [{'system': TERMINOLOGY + kind, 'code': code}]}


def flag(record, category, code, start, end=None):
    labels = {'clinical': 'Clinical', 'safety': 'Safety', 'admin': 'Administrative'}
    period = {'start': start}
    if end:
        period['end'] = end
    record.add('Flag', status='inactive' if end else 'active',
               category=[{'coding': [{'system': TERMINOLOGY + 'flag-category', 'code': category,
                                      'display': labels[category]}]}],
               code=code, subject=record.me(), period=period, author=record.practice())


def local(code, display):
    return coded(DEMO_FLAGS, code, display)


def allergy(record, code, recorded, reactions=(), criticality=None, category=None, clinical='active',
            verified='confirmed'):
    more = {}
    if criticality:
        more['criticality'] = criticality
    if category:
        more['category'] = [category]
    if reactions:
        more['reaction'] = [{'manifestation': list(manifestations), 'severity': severity}
                            for manifestations, severity in reactions]
    if verified != 'entered-in-error':
        more['clinicalStatus'] = status('allergyintolerance-clinical', clinical)
    record.add('AllergyIntolerance', verificationStatus=status('allergyintolerance-verification', verified), **more,
               code=code, patient=record.me(), recordedDate=recorded, recorder=record.doctor())


def letter(record, kind, title, when, text, pdf=False, apart=False):
    data = page(title, text) if pdf else text.encode()
    mime = 'application/pdf' if pdf else 'text/plain; charset=utf-8'
    attachment = {'contentType': mime, 'language': 'en-GB', 'size': len(data), 'title': title, 'creation': when,
                  'hash': base64.b64encode(hashlib.sha1(data).digest()).decode()}
    encoded = base64.b64encode(data).decode()
    if apart:
        attachment['url'] = 'Binary/' + record.add('Binary', contentType=mime, data=encoded)
    else:
        attachment['data'] = encoded
    record.add('DocumentReference', status='current', docStatus='final', type=kind, subject=record.me(), date=when,
               author=[record.doctor()], custodian=record.trust(), description=title,
               content=[{'attachment': attachment}])


def page(title, text):
    """One page of PDF in Helvetica."""
    def quoted(line):
        return line.replace('\\', r'\\').replace('(', r'\(').replace(')', r'\)')
    lines = [f'({quoted(line)}) Tj T*' for line in [title, ''] + text.split('\n')]
    stream = ('BT /F1 11 Tf 14 TL 60 780 Td\n' + '\n'.join(lines) + '\nET').encode('cp1252')
    objects = [b'<< /Type /Catalog /Pages 2 0 R >>', b'<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
               b'<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R'
               b' /Resources << /Font << /F1 5 0 R >> >> >>',
               b'<< /Length %d >>\nstream\n%s\nendstream' % (len(stream), stream),
               b'<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>']
    out, places = b'%PDF-1.4\n', []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b'%d 0 obj\n%s\nendobj\n' % (number, body)
    table = b''.join(b'%010d 00000 n \n' % place for place in places)
    return out + (b'xref\n0 6\n0000000000 65535 f \n%strailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n'
                  % (table, len(out)))


def result(record, code, snomed, display, unit, value, when, text=None):
    """A laboratory result; its range and interpretation come from `interpret`, as for all others."""
    more = {'note': [{'text': text}]} if text else {}
    record.add('Observation', status='final',
               category=[{'coding': [{'system': TERMINOLOGY + 'observation-category', 'code': 'laboratory',
                                      'display': 'Laboratory'}]}],
               code={'coding': [{'system': 'http://loinc.org', 'code': code, 'display': display},
                                {'system': SNOMED, 'code': snomed[0], 'display': snomed[1]}], 'text': snomed[1]},
               subject=record.me(), effectiveDateTime=when, issued=when, performer=[record.trust()],
               valueQuantity={'value': value, 'unit': unit, 'system': 'http://unitsofmeasure.org', 'code': unit},
               **more)


def interpret(record):
    """Gives the laboratory results of adulthood a reference range and says High, Low or Normal."""
    adult = f"{int(record.patient['birthDate'][:4]) + 18:04d}{record.patient['birthDate'][4:]}"
    for resource in (e['resource'] for e in record.bundle['entry']):
        if resource['resourceType'] != 'Observation' or resource.get('effectiveDateTime', '') < adult:
            continue
        code = next((c['code'] for c in resource['code']['coding'] if c['code'] in RANGES), None)
        quantity = resource.get('valueQuantity')
        if code is None or quantity is None:
            continue
        low, high = RANGES[code]
        value, unit = quantity['value'], {k: v for k, v in quantity.items() if k != 'value'}
        meaning = 'L' if low is not None and value < low else 'H' if high is not None and value > high else 'N'
        resource['interpretation'] = [{'coding': [{'system': TERMINOLOGY + 'v3-ObservationInterpretation',
                                                   'code': meaning, 'display': MEANINGS[meaning]}]}]
        bounds = {}
        if low is not None:
            bounds['low'] = {'value': low, **unit}
        if high is not None:
            bounds['high'] = {'value': high, **unit}
        resource['referenceRange'] = [bounds]


PENICILLIN = coded(SNOMED, '764146007', 'Penicillin')
RASH = coded(SNOMED, '271807003', 'Eruption of skin')
ANAPHYLAXIS = coded(SNOMED, '39579001', 'Anaphylaxis')
NAUSEA = coded(SNOMED, '422587007', 'Nausea')
NO_KNOWN_ALLERGY = coded(SNOMED, '716186003', 'No known allergy')
DISCHARGE = coded(SNOMED, '373942005', 'Discharge summary')
CLINIC = coded(SNOMED, '371530004', 'Clinical consultation report')
INVENTED = 'This letter is invented. It is about nobody.'
POTASSIUM = ('2823-3', ('1000651000000109', 'Serum potassium level'), 'Potassium [Moles/volume] in Serum or Plasma',
             'mmol/L')
CREATININE = ('14682-9', ('1000731000000107', 'Serum creatinine level'), 'Creatinine [Moles/volume] in Serum or Plasma',
              'umol/L')


def team(record, name, since, *members):
    record.add('CareTeam', status='active', name=name, subject=record.me(), period={'start': since},
               participant=[{'member': member} for member in members])


def elder(record):
    """A long record with everything on it."""
    flag(record, 'safety', coded(SNOMED, '129839007', 'At risk of falls'), '2025-02-11')
    flag(record, 'clinical', local('hearing-aid', 'Wears a hearing aid: face them when speaking'), '2023-06-01')
    flag(record, 'admin', local('key-safe', 'Key safe at the door'), '2021-03-04', '2024-01-15')
    allergy(record, PENICILLIN, '1998-04-02T10:15:00+01:00', [((ANAPHYLAXIS,), 'severe'), ((RASH, NAUSEA), 'mild')],
            'high', 'medication')
    allergy(record, coded(SNOMED, '412583005', 'Bee pollen'), '2009-05-20T09:00:00+01:00', category='food')
    allergy(record, coded(SNOMED, '372687004', 'Amoxicillin'), '2004-01-09T11:30:00Z', [((NAUSEA,), 'mild')],
            'low', 'medication', clinical='resolved')
    for when, value in (('2025-11-03T09:20:00Z', 5.1), ('2026-04-14T08:55:00+01:00', 5.5), ('2026-10-12T09:05:00+01:00', 6.1)):
        result(record, *POTASSIUM, value, when, 'Not haemolysed.' if value > 6 else None)
    for when, value in (('2025-11-03T09:20:00Z', 98), ('2026-04-14T08:55:00+01:00', 117), ('2026-10-12T09:05:00+01:00', 131)):
        result(record, *CREATININE, value, when)
    letter(record, DISCHARGE, 'Discharge summary, medical assessment', '2026-10-15T16:40:00+01:00',
           INVENTED + '\n\nAdmitted 12 October 2026 after a fall at home. No fracture. Potassium 6.1 mmol/L,\n'
           'treated; ramipril stopped. Please repeat the blood test within one week.\n\n'
           'Medicines changed: ramipril stopped.\nFollow-up: practice nurse, one week.', pdf=True)
    letter(record, CLINIC, 'Falls clinic letter', '2026-03-02T10:00:00Z',
           INVENTED + '\n\nSeen in the falls clinic. Stands from a chair without help. Home assessment arranged.')
    team(record, 'Falls and frailty team', '2025-02-11', record.trust(), record.practice())


def apart(record):
    """A letter that lies in a Binary of its own."""
    flag(record, 'admin', local('interpreter', 'Interpreter needed: British Sign Language'), '2024-09-10')
    letter(record, CLINIC, 'Audiology clinic letter', '2026-06-18T14:20:00+01:00',
           INVENTED + '\n\nHearing unchanged since 2024. Next appointment in two years.', pdf=True, apart=True)


def guarded_child(record):
    flag(record, 'safety', local('safeguarding', 'Safeguarding: child protection plan in place'), '2026-01-20')
    letter(record, DISCHARGE, 'Emergency department discharge summary', '2026-08-30T21:10:00+01:00',
           INVENTED + '\n\nFell from a swing. Wrist sprained, not broken. Sling for one week.')


def said_none(record):
    allergy(record, NO_KNOWN_ALLERGY, '2025-05-07T09:30:00+01:00')


def mistaken(record):
    allergy(record, PENICILLIN, '2019-02-01T12:00:00Z', verified='entered-in-error')


def doubted(record):
    allergy(record, PENICILLIN, '2022-07-19T15:00:00+01:00', category='medication', verified='unconfirmed')
    team(record, 'Community respiratory team', '2024-10-01', record.trust())


# Who of the cohort gets what, by the number in the second group of the id.
CHOSEN = {'0010': elder, '005a': apart, '0051': guarded_child, '0036': said_none, '0082': said_none, '0090': mistaken,
          '00d5': doubted, '00a4': said_none, '0001': said_none}


def newcomers(organisations):
    """Six people more, each with a name, date or address that is often got wrong."""
    staff = {}
    for resource in (e['resource'] for e in organisations['entry']):
        if resource['resourceType'] == 'PractitionerRole':
            practice = resource['organization']['reference']
            staff.setdefault(practice, resource['practitioner'])
    practices = sorted(p for p in staff if p.startswith('Organization/Z8'))
    for number, (name, gender, birth, address) in enumerate(NEWCOMERS, 1):
        fid = f'00020161-f{number:03x}-4000-8000-000000000000'
        practice = practices[number % len(practices)]
        identifiers = [{'use': 'official', 'system': 'https://fhir.nhs.uk/Id/nhs-number', 'value': nhs_number(number)}]
        patient = {'resourceType': 'Patient', 'id': fid, 'meta': copy.deepcopy(HTEST), 'identifier': identifiers,
                   'active': True, 'name': name, 'gender': gender, **born(birth), 'address': address,
                   'generalPractitioner': [{'reference': practice}, staff[practice]],
                   'managingOrganization': {'reference': practice}}
        if not address:
            del patient['address']
        yield Record({'resourceType': 'Bundle', 'type': 'transaction', 'entry': [entry(patient)]})


def born(birth):
    if birth:
        return {'birthDate': birth}
    return {'_birthDate': {'extension': [{'url': 'http://hl7.org/fhir/StructureDefinition/data-absent-reason',
                                          'valueCode': 'unknown'}]}}


def nhs_number(number):
    """A valid number that begins 999, the range kept for tests, away from the cohort's."""
    while True:
        nine = f'99950{number:04d}'
        check = 11 - sum(int(digit) * weight for digit, weight in zip(nine, range(10, 1, -1))) % 11
        if check != 10:
            return nine + str(check % 11)
        number += 1000


def home(line, town, district, code):
    return [{'use': 'home', 'type': 'both', 'line': line, 'city': town, 'district': district, 'postalCode': code,
             'country': 'GB'}]


NEWCOMERS = [
    ([{'use': 'official', 'family': "O'Shaughnessy-Müller", 'given': ['Aoife', 'Máire-Brigid'], 'prefix': ['Dr']},
      {'use': 'old', 'family': "O'Shaughnessy", 'given': ['Aoife', 'Máire-Brigid']},
      {'use': 'nickname', 'given': ['Effie']}],
     'female', '1971-11-30', home(['Flat 3', 'The Old Ropeworks', '12 Saltern Street'], 'Averleigh', 'Averleigh', 'YB2 0QA')),
    ([{'use': 'official', 'family': 'Wickramasinghe Mudiyanselage', 'text': 'Wickramasinghe Mudiyanselage Ranasinghe'
       ' Bandara Weerasekara', 'given': ['Ranasinghe', 'Bandara', 'Weerasekara', 'Chandrasekera', 'Jayawardhana']}],
     'male', '1958-02-28', home(['1 Beacon Road'], 'Kingsferry', 'Greater Kingsferry', 'YS1 4AA')),
    ([{'use': 'official', 'text': 'Wulandari', 'given': ['Wulandari']}],
     'female', '1990-08-17', home(['44 Heron Parade'], 'Tarnmouth', 'Tarn and Fell', 'YN8 2JA')),
    ([{'use': 'official', 'family': 'Ng', 'given': ['Wei'], 'prefix': ['Mr']}],
     'male', '1948', home(['9 Lantern Hill'], 'Rowanbridge', 'Rowanshire', 'YM5 7WA')),
    ([{'use': 'official', 'family': 'Źródłowska', 'given': ['Łucja']}],
     'female', '1983-05', [{'use': 'temp', 'text': 'No fixed abode', 'postalCode': 'ZZ99 3VZ'}]),
    ([{'use': 'anonymous', 'text': 'Unknown'}], 'unknown', '', []),
]


def add_to(persons, organisations):
    for bundle in persons:
        record = Record(bundle)
        CHOSEN.get(record.patient['id'][9:13], lambda _: None)(record)
        interpret(record)
    added = list(newcomers(organisations))
    for record, extra in zip(added, (said_none, elder_abroad, mistaken, doubted, apart, lambda _: None)):
        extra(record)
        interpret_if_dated(record)
    return persons + [record.bundle for record in added]


def elder_abroad(record):
    flag(record, 'admin', local('interpreter', 'Interpreter needed: Sinhala'), '2026-02-02')
    result(record, *POTASSIUM, 3.1, '2026-09-01T10:00:00+01:00')
    letter(record, CLINIC, 'Cardiology clinic letter', '2026-09-03T11:00:00+01:00',
           INVENTED + '\n\nPalpitations for three months. Potassium low; tablets begun. Tape shows ectopic beats only.')


def interpret_if_dated(record):
    if len(record.patient.get('birthDate', '')) == 10:
        interpret(record)
