import { expect, it } from 'vitest';
import clinicFile from '../../content/clinic.json' with { type: 'json' };
import { clinicProfile } from '../../content/clinic.ts';
import { ContentFault } from '../../content/content.ts';

it('reads the clinic as its file has it', () => {
  expect(clinicProfile('lakeside')).toEqual(clinicFile);
});

const wrong: readonly (readonly [field: string, value: unknown])[] = [
  ['tenant', 'Lake Side'],
  ['name', ' '],
  ['country', 'FR'],
  ['timeZone', 'America/Chicagoo'],
  ['timeZone', ''],
  ['dateOrder', 'year-first'],
  ['desk', '312-555-0100'],
  ['onCall', undefined],
  ['readBackBelow', 7],
  ['readBackBelow', 0],
  ['lateness', { tellAgainMinutes: 0, tellWithinMinutes: 180, checkInFromMinutes: 180 }],
  ['lateness', { tellAgainMinutes: 15, tellWithinMinutes: 180 }],
  ['sender', { kind: 'pigeon' }],
  // What a short code may send is in its contract, and nowhere else.
  ['sender', { kind: 'short-code' }],
  ['sender', { kind: 'long-code', perSecond: 0 }],
  ['quietHours', { from: '9 pm', until: '08:00', holds: [] }],
  ['quietHours', { from: '21:00', until: '24:00', holds: [] }],
  ['quietHours', { from: '21:00', until: '08:00', holds: ['urgent'] }],
];
it.each(wrong)('refuses %s = %j and names the field', (field, value) => {
  const read = () => clinicProfile('lakeside', { ...clinicFile, [field]: value });
  expect(read).toThrow(ContentFault);
  expect(read).toThrow(field);
});

it('refuses a field that nobody reads, and the file of another clinic', () => {
  expect(() => clinicProfile('lakeside', { ...clinicFile, desck: '+13125550100' })).toThrow(ContentFault);
  expect(() => clinicProfile('seaside')).toThrow('tenant');
});

it.each([
  ['long-code', 1],
  ['toll-free', 3],
] as const)('knows how fast a %s may send where nothing is said', (kind, perSecond) => {
  expect(clinicProfile('lakeside', { ...clinicFile, sender: { kind } }).sender).toEqual({ kind, perSecond });
  const faster = { kind, perSecond: 10 };
  expect(clinicProfile('lakeside', { ...clinicFile, sender: faster }).sender).toEqual(faster);
});
