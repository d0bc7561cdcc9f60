import { describe, expect, it } from 'vitest';
import { idOf, parseCanonical, parseReference } from '../../fhir-mappings/reference.ts';

describe('a reference', () => {
  it('is relative or absolute, with or without a version', () => {
    expect(parseReference('Patient/anna')).toEqual({
      kind: 'resource',
      type: 'Patient',
      id: 'anna',
      local: 'Patient/anna',
    });
    expect(parseReference('https://ehr.example/a/fhir/Patient/anna/_history/3')).toEqual({
      kind: 'resource',
      base: 'https://ehr.example/a/fhir',
      type: 'Patient',
      id: 'anna',
      version: '3',
      local: 'Patient/anna',
    });
  });
  it('is a urn or contained', () => {
    expect(parseReference('urn:uuid:2d5afc69-6ef2-420f-a8d1-8500c99eb96c')).toEqual({
      kind: 'urn',
      urn: 'urn:uuid:2d5afc69-6ef2-420f-a8d1-8500c99eb96c',
    });
    expect(parseReference('#p1')).toEqual({ kind: 'contained', id: 'p1' });
  });
  it.each([
    undefined,
    '',
    'Patient',
    'patient/1',
    'Patient/',
    'Patient/a b',
    'Patient?x=1',
    'Patient/1/extra',
    'javascript:Patient/1',
    '../Patient/1',
  ])('%s is none', (text) => {
    expect(parseReference(text)).toBeUndefined();
  });
  it('has an id only as the type that is asked for', () => {
    expect([idOf('Patient/1', 'Patient'), idOf('Group/1', 'Patient'), idOf('#1', 'Patient')]).toEqual([
      '1',
      undefined,
      undefined,
    ]);
  });
});

describe('a canonical', () => {
  it('is taken apart at its last bar', () => {
    expect(
      ['http://x.example/q', 'http://x.example/q|2', 'http://x.example/q|', 'http://x.example/q|2#part'].map(
        parseCanonical,
      ),
    ).toEqual([
      { url: 'http://x.example/q' },
      { url: 'http://x.example/q', version: '2' },
      { url: 'http://x.example/q' },
      { url: 'http://x.example/q', version: '2' },
    ]);
  });
});
