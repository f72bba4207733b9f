#!/usr/bin/env python3
"""Makes the demo region from a synthetic cohort: invented organisations, and what the cohort lacks.

    demo/make-demo.py organisations.json bundles-50.ndjson.gz demo

The first file is one transaction Bundle of organisations, locations and staff; the second has one
transaction Bundle per person and line. Every organisation, code, address, telephone number and
position is replaced by an invented one, wherever it occurs. Then come flags, allergies, letters,
reference ranges and a few more people, so that every state of a patient summary can be seen.
Same input, same bytes. Standard library only; the texts and the extra people are in demo_extras.py.
"""

import gzip
import json
import re
import sys

import demo_extras as extras

# Six invented towns on the Dogger Bank, which is under the sea: no map can mistake them for real ones.
# Postcode areas that the Royal Mail has not allocated. (name, county, care board, postcode area, lat, lon)
TOWNS = [
    ('Rowanbridge', 'Rowanshire', 'Rowanshire and the Bridges', 'YM', 54.70, 2.10),
    ('Tarnmouth', 'Tarn and Fell', 'Tarn and Fell', 'YN', 55.30, 2.60),
    ('Isquemouth', 'Isquedale', 'Isquedale', 'YE', 54.45, 1.30),
    ('Kingsferry', 'Greater Kingsferry', 'Kingsferry South Bank', 'YS', 54.35, 2.90),
    ('Averleigh', 'Averleigh', 'Averleigh and the Levels', 'YB', 54.55, 1.80),
    ('Calderholm', 'Calderholm', 'Calderholm and the Weirs', 'YL', 55.05, 2.05),
]

TRUSTS = [
    'University Hospitals Averleigh NHS Foundation Trust',
    'Royal Isquedale University Healthcare NHS Foundation Trust',
    "St Elfleda's and Ferryside NHS Foundation Trust",
    'Queens Reach Hospitals NHS Foundation Trust',
    'Calderholm Teaching Hospitals NHS Trust',
    'University Hospitals Rowanbridge NHS Foundation Trust',
    'The Tarnmouth Hospitals NHS Foundation Trust',
    'Averleigh Levels NHS Trust',
    'Rowan Vale and West Rowanshire Hospitals NHS Trust',
]

SITES = [
    'Averleigh Royal Infirmary', 'Isquedale General Hospital', "St Elfleda's Hospital", 'Queens Reach Hospital',
    'Calderholm Infirmary', "St Winifred's Hospital Calderholm", 'Rowanbridge University Hospital',
    'Ferncliffe Hospital', 'Tarnmouth Royal Infirmary', 'Levelsmead Hospital', 'Rowan Vale Hospital',
]

PRACTICES = [
    'Curlew Lane Practice', 'Sandpiper Medical Group', 'Lapwing Health Centre', 'Goldfinch Medical Practice',
    'Kittiwake Group Practice', 'Yellowhammer Surgery', 'Turnstone Medical Practice', 'Nightjar Health Centre',
    'Dipper Medical Group', 'Whinchat Surgery', 'Fieldfare Medical Practice', 'Redwing Medical Practice',
]

NETWORKS = [
    'South Ferry PCN', 'Calder Weir PCN', 'Rowan East PCN', 'Outer Isque PCN', 'Averleigh Docks PCN',
    'Tarn Central PCN', 'Rowan Modal PCN', 'Weir Road PCN', 'Isque Estuary PCN', 'Aver Bridge PCN', 'Fellside PCN',
]

STREETS = ['Ropewalk Lane', 'Saltern Street', 'Old Mole Road', 'Harbour Rise', 'Tidemill Way', 'Lantern Hill',
           'Causeway Street', 'Heron Parade', 'Quayside Row', 'Beacon Road']

ODS = 'https://fhir.nhs.uk/Id/ods-organization-code'
# Kind of organisation: ODS role, pattern of an invented code, names in the order of the input.
KINDS = {
    'RO318': ('ZQ{}', ['NHS ' + town[2] + ' Integrated Care Board' for town in TOWNS]),
    'RO197': ('ZR{}', TRUSTS),
    'RO272': ('Z7{:04d}', NETWORKS),
    'RO76': ('Z8{:04d}', PRACTICES),
    'RO198': ('{}{:02d}', SITES),
}
NUMBERS = iter(range(100, 1000))


def telephone():
    """A number of the range that Ofcom keeps for drama."""
    return '01632 960%03d' % next(NUMBERS)


class Region:
    """The invented organisations, by the codes of those they replace."""

    def __init__(self, bundle):
        real = [e['resource'] for e in bundle['entry'] if e['resource']['resourceType'] == 'Organization']
        self.parent = {r['id']: r['partOf']['reference'].split('/')[1] for r in real if 'partOf' in r}
        self.boards = [r['id'] for r in real if r['id'] not in self.parent]
        self.code, self.name, self.names, self.sites = {}, {}, {}, {}
        for r in real:
            self.invent(r)
        self.origin = {}
        for e in bundle['entry']:
            r = e['resource']
            if 'position' in r:
                self.origin.setdefault(self.town(r['managingOrganization']['reference'].split('/')[1]), r['position'])
        codes = sorted(self.code, key=len, reverse=True)
        self.pattern = re.compile(r'(?<![A-Za-z0-9])(' + '|'.join(codes) + r')(?![A-Za-z0-9])', re.I)

    def invent(self, r):
        role = r['type'][0]['coding'][0]['code']
        shape, names = KINDS[role]
        n = sum(1 for key in self.names if self.names[key] is names)
        if role == 'RO198':
            trust = self.code[self.parent[r['id']]]
            self.sites[trust] = self.sites.get(trust, 0) + 1
            self.code[r['id']] = shape.format(trust, self.sites[trust])
        else:
            self.code[r['id']] = shape.format(n + 1)
        self.names[r['id']] = names
        self.name[r['id']] = names[n]

    def town(self, code):
        while code in self.parent:
            code = self.parent[code]
        return TOWNS[self.boards.index(code)]

    def text(self, text):
        """A text with every real code in it replaced, in the case it was found in."""
        def found(match):
            new = self.code[match.group(1).upper()]
            return new if match.group(1).isupper() or match.group(1).isdigit() else new.lower()
        return self.pattern.sub(found, text)

    def walk(self, value):
        if isinstance(value, dict):
            return {k: self.walk(v) for k, v in value.items()}
        if isinstance(value, list):
            return [self.walk(v) for v in value]
        return self.text(value) if isinstance(value, str) else value


def postcode(town, old):
    return re.sub('^[A-Z]+', town[3], old)


def place(r, region, code):
    """Name, address, telephone and position of an organisation or location."""
    town = region.town(code)
    real_site = r['id'].removeprefix('loc-').removesuffix('-UTC')
    r['name'] = region.name[real_site] + (' Urgent Treatment Centre' if r['id'].endswith('-UTC') else '')
    number = sum(map(ord, real_site))
    for address in [r['address']] if isinstance(r.get('address'), dict) else r.get('address', []):
        address['line'] = [f'{number % 97 + 2} {STREETS[number % len(STREETS)]}']
        address['city'] = town[0]
        address['postalCode'] = f'{town[3]}{number % 9 + 1} {number % 7 + 1}{"ABDEFGH"[number % 7]}{"JLNPQRS"[number // 7 % 7]}'
    for telecom in r.get('telecom', []):
        telecom['value'] = telephone()
    if 'position' in r:
        origin = region.origin[town]
        r['position'] = {'longitude': round(town[5] + r['position']['longitude'] - origin['longitude'], 4),
                         'latitude': round(town[4] + r['position']['latitude'] - origin['latitude'], 4)}


def organisation_entry(entry, region):
    r = entry['resource']
    if r['resourceType'] == 'Organization':
        place(r, region, r['id'])
    elif r['resourceType'] == 'Location':
        place(r, region, r['managingOrganization']['reference'].split('/')[1])
    return region.walk(entry)


def person(bundle, region):
    patient = bundle['entry'][0]['resource']
    town = region.town(patient['managingOrganization']['reference'].split('/')[1])
    for address in patient['address']:
        address.update(city=town[0], district=town[1], postalCode=postcode(town, address['postalCode']))
    for telecom in patient.get('telecom', []):
        if telecom['value'].startswith(('01', '02')):
            telecom['value'] = telephone()
    for extension in patient.get('extension', []):
        birthplace = extension.get('valueAddress', {})
        if birthplace.get('country') == 'GB':
            birthplace['city'] = town[0]
    # Answers to "where do you live" from the American half of the generator.
    for entry in bundle['entry']:
        for component in entry['resource'].get('component', []):
            if re.match(r'\d+ ', component.get('valueString', '')):
                component['valueString'] = patient['address'][0]['line'][0]
    return region.walk(bundle)


def write(path, bundles):
    with open(path, 'wb') as raw, gzip.GzipFile('', 'wb', 9, raw, 0) as out:
        for bundle in bundles:
            out.write(json.dumps(bundle, ensure_ascii=False, separators=(',', ':')).encode() + b'\n')


def main(organisations, people, folder):
    with open(organisations, encoding='utf-8') as f:
        bundle = json.load(f)
    region = Region(bundle)
    bundle['entry'] = [organisation_entry(e, region) for e in bundle['entry']]
    for e in bundle['entry']:
        e['fullUrl'] = 'https://fhir.example.org/' + e['request']['url']
    with gzip.open(people, 'rt', encoding='utf-8') as f:
        persons = [person(json.loads(line), region) for line in f]
    persons = extras.add_to(persons, bundle)
    write(f'{folder}/organisations.ndjson.gz', [bundle])
    write(f'{folder}/people.ndjson.gz', persons)
    print(len(bundle['entry']), 'organisations, places and staff;', len(persons), 'people;',
          sum(len(b['entry']) for b in persons), 'resources in their records')


if __name__ == '__main__':
    main(*sys.argv[1:])
