import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('./messages/', import.meta.url);

/** The messages of this folder, of people whom nobody is: one for each trigger that is taken, in several versions. */
export const names: readonly string[] = readdirSync(folder)
  .filter((name) => name.endsWith('.hl7'))
  .map((name) => name.slice(0, -'.hl7'.length));

/** One of them as it travels: segments end with CR. `changes` sets fields, by `PID-3`: of the first segment of that name. */
export function message(name: string, changes: Readonly<Record<string, string>> = {}): string {
  const text = readFileSync(new URL(`${name}.hl7`, folder), 'utf8').trimEnd();
  return Object.entries(changes)
    .reduce((lines, [place, value]) => withField(lines, place, value), text.split('\n'))
    .map((line) => `${line}\r`)
    .join('');
}

/** The same without its segments of that name. */
export function without(text: string, segment: string): string {
  return text
    .split('\r')
    .filter((line) => !line.startsWith(segment))
    .join('\r');
}

/** The same with more segments at its end. */
export function and(text: string, ...segments: readonly string[]): string {
  return `${text}${segments.map((segment) => `${segment}\r`).join('')}`;
}

function withField(lines: readonly string[], place: string, value: string): string[] {
  const [segment = '', number = ''] = place.split('-');
  const at = lines.findIndex((line) => line.startsWith(segment));
  const fields = (lines[at] ?? '').split('|');
  // MSH-1 is the separator itself.
  const index = segment === 'MSH' ? Number(number) - 1 : Number(number);
  while (fields.length <= index) fields.push('');
  fields[index] = value;
  return lines.map((line, each) => (each === at ? fields.join('|') : line));
}

/** Segments of an answer, each with its fields; `MSH` counts as the standard does. */
export function segmentsIn(ack: string, separator = '|'): readonly (readonly string[])[] {
  return ack
    .split('\r')
    .filter((line) => line !== '')
    .map((line) => {
      const [name = '', ...fields] = line.split(separator);
      return name === 'MSH' ? [name, separator, ...fields] : [name, ...fields];
    });
}
