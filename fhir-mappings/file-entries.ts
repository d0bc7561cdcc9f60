import type { Address, Coverage, Patient } from 'fhir/r4.js';
import type { FileEntry } from '../domain/story/story.ts';
import { ended, type Normalise, readPerson } from './patient.ts';

interface Source {
  readonly reference: string;
  readonly since: string;
}

/**
 * Identity and ways to reach somebody, as registration needs them. `today` (ISO date) ends periods. What the chart does not hold has no
 * entry. Never throws on a valid Patient.
 */
export function patientOnFile(patient: Patient, normalise: Normalise, today: string): readonly FileEntry[] {
  const source = sourceOf(patient, today);
  if (source === undefined) return [];
  const { name, phones, birthDate } = readPerson(patient, normalise, today);
  const address = currentAddress(patient.address ?? [], today);
  return entries(source, [
    ['name', 'Name', name.full],
    ['birth-date', 'Date of birth', birthDate],
    ['address', 'Address', address === undefined ? undefined : onOneLine(address)],
    ['phone', 'Phone', phones.map(({ number }) => number).join(', ')],
  ]);
}

/**
 * A coverage that holds today, with the member's number; nothing of one that is over or was called off. Never throws on a valid Coverage.
 */
export function coverageOnFile(coverage: Coverage, payerName: string | undefined, today: string): readonly FileEntry[] {
  const source = sourceOf(coverage, today);
  const { status, period, subscriberId, payor = [], relationship, type } = coverage;
  if (source === undefined || status !== 'active' || ended(period?.end, today)) return [];
  const payer = payerName ?? payor.find(({ display }) => display?.trim())?.display?.trim() ?? type?.text?.trim();
  const [as] = relationship?.coding ?? [];
  const parts = [
    payer,
    subscriberId === undefined ? undefined : `member ${subscriberId}`,
    as?.code === undefined || as.code === 'self' ? undefined : `as ${as.display ?? as.code}`,
    period?.end === undefined ? undefined : `until ${period.end.slice(0, 10)}`,
  ];
  return entries(source, [[`coverage/${coverage.id ?? ''}`, 'Coverage', parts.filter(isSaid).join(', ')]]);
}

function sourceOf(resource: Patient | Coverage, today: string): Source | undefined {
  if (resource.id === undefined) return undefined;
  return {
    reference: `${resource.resourceType}/${resource.id}`,
    since: resource.meta?.lastUpdated ?? `${today}T00:00:00.000Z`,
  };
}

function entries(
  { reference, since }: Source,
  found: readonly (readonly [key: string, label: string, value: string | undefined])[],
): readonly FileEntry[] {
  return found.flatMap(([key, label, value]) =>
    isSaid(value) ? [{ key, label, value: value.trim(), source: reference, since }] : [],
  );
}

function isSaid(words: string | undefined): words is string {
  return words !== undefined && words.trim() !== '';
}

/** Where somebody lives is asked first; bills go elsewhere only where that is all there is. @see https://hl7.org/fhir/R4/valueset-address-use.html */
const uses: Record<NonNullable<Address['use']>, number | 'ignored'> = {
  home: 0,
  temp: 2,
  work: 3,
  billing: 4,
  old: 'ignored',
};

function currentAddress(addresses: readonly Address[], today: string): Address | undefined {
  const ranked = addresses.flatMap((address) => {
    const rank = address.use !== undefined && Object.hasOwn(uses, address.use) ? uses[address.use] : 1;
    return rank === 'ignored' || ended(address.period?.end, today) ? [] : [{ address, rank }];
  });
  return ranked.toSorted((a, b) => a.rank - b.rank)[0]?.address;
}

function onOneLine({ text, line = [], city, state, postalCode, country }: Address): string {
  const town = [state, postalCode].filter(isSaid).join(' ');
  const parts = [...line, city, town, country].filter(isSaid);
  return parts.length > 0 ? parts.join(', ') : (text ?? '').replaceAll(/\s*\n\s*/g, ', ');
}
