import type { Language } from '../../domain/guidance/language.ts';
import {
  type Chart,
  type ChartAnswer,
  type Line,
  type Person,
  type Step,
  type Transcript,
  type VisitPlan,
  ways,
} from './transcript.ts';

const languages: Readonly<Record<string, Language>> = { English: 'en', Spanish: 'es', Polish: 'pl' };

/** Reads a transcript; throws with the file and line where it cannot be read, so that nothing in it is passed over. */
export function readTranscript(file: string, text: string): Transcript {
  const lines = text.split('\n').map((line) => line.trimEnd());
  const fail = (at: number, why: string): never => {
    throw new Error(`${file}:${at + 1}: ${why}`);
  };
  const headers = new Map<string, string>();
  const forms: string[][] = [];
  const steps: Step[] = [];
  const chart: string[] = [];
  const waiting: Person[] = [];
  let at = 0;
  const block = (): string[] => {
    const inside: string[] = [];
    while (/^\s+\S/.test(lines[at + 1] ?? '')) inside.push(lines[++at] ?? '');
    return inside;
  };
  const open = (to?: string): Line[] => {
    const last = steps.at(-1);
    if (last?.is === 'answered' && last.to === to) return last.lines as Line[];
    const begun: Line[] = [];
    steps.push({ is: 'answered', lines: begun, ...(to === undefined ? {} : { to }) });
    return begun;
  };
  for (; at < lines.length; at++) {
    const line = lines[at] ?? '';
    if (line === '' || line.startsWith('#')) continue;
    const header = /^(Title|Channels|Patient is|Parent|Also on this phone|Visit|Free times|Waiting): (.*)$/.exec(line);
    const form = /^Form(?: two)?:(.*)$/.exec(line);
    const patient = /^(?:Patient|Clerk)(?: \[([a-z]+)(?: (0\.\d+))?\])?: ?(.*)$/.exec(line);
    const clinic = /^Clinic( asks(?: \((\d+) of (\d+)\))?)?(?: to ([A-Z]\w+))?(?: \[([a-z]+)\])?: ?(.*)$/.exec(line);
    const other = /^([A-Z]\w+): (.*)$/.exec(line);
    const event = /^\((.*?)\.?\)$/.exec(line);
    if (header !== null) {
      headers.set(header[1] ?? '', header[2] ?? '');
      if (header[1] === 'Waiting') waiting.push(...(header[2] ?? '').split('; ').map(readPerson));
    } else if (form !== null) forms.push((form[1] ?? '').trim() === '' ? block() : [(form[1] ?? '').trim()]);
    else if (line === 'Chart:') chart.push(...block());
    else if (line === 'Done.') open().push({ kind: 'done', words: '', below: [] });
    else if (patient !== null) {
      const [, label, confidence, words = ''] = patient;
      const said = {
        words: [words, ...block().map((each) => each.trim())].join('\n'),
        ...(label === undefined ? {} : { label }),
        ...(confidence === undefined ? {} : { confidence: Number(confidence) }),
      };
      const last = steps.at(-1);
      if (last?.is === 'said' && label !== undefined && last.by.every((each) => each.label !== label))
        (last.by as (typeof said)[]).push(said);
      else steps.push({ is: 'said', by: [said] });
    } else if (clinic !== null) {
      const [, asks, position, total, to, label, words = ''] = clinic;
      const below = block().map((each) => {
        const [, of, rest = ''] = /^(?:\[([a-z]+)\] )?(.*)$/.exec(each.trim()) ?? [];
        return { words: rest, ...(of === undefined ? {} : { label: of }) };
      });
      open(to).push({
        kind: label === 'opening' ? 'opening' : asks === undefined ? 'tells' : 'asks',
        words,
        below,
        ...(label === undefined || label === 'opening' ? {} : { label }),
        ...(position === undefined ? {} : { position: Number(position), total: Number(total) }),
      });
    } else if (other !== null && waiting.some(({ name }) => name === other[1]))
      steps.push({ is: 'said', who: other[1] ?? '', by: [{ words: other[2] ?? '' }] });
    else if (event !== null) steps.push({ is: 'happened', what: event[1] ?? '' });
    else fail(at, `this line is not understood: ${line}`);
  }
  const patient = headers.get('Patient is') ?? 'Anna, English';
  const parent = headers.get('Parent');
  const also = headers.get('Also on this phone');
  const visit = /^in (\d+) hours?$/.exec(headers.get('Visit') ?? '');
  const plan = readVisit(headers.get('Visit') ?? '', headers.get('Free times'));
  if (headers.has('Visit') && visit === null && plan === undefined) fail(0, 'the visit is not understood');
  const done = steps.some((step) => step.is === 'answered' && step.lines.some(({ kind }) => kind === 'done'));
  return {
    file,
    title: headers.get('Title') ?? fail(0, 'there is no title'),
    ways: (headers.get('Channels') ?? '')
      .split(', ')
      .map((name) => ways.find((way) => way === name) ?? fail(0, `no such channel: ${name}`)),
    ...(patient === 'nobody' ? {} : { patient: readPerson(patient) }),
    ...(parent === undefined ? {} : { parent: readPerson(parent) }),
    ...(also === undefined ? {} : { alsoOnThisPhone: readPerson(also) }),
    ...(visit === null ? {} : { visitIn: Number(visit[1]) }),
    forms,
    ...(plan === undefined ? {} : { visit: plan }),
    waiting,
    steps,
    chart: readChart(chart, done, forms.length > 0),
  };
}

/** "mri-contrast in 12 days at 10:00, payer Prairie Health"; "mri today at 15:00". */
function readVisit(words: string, free = ''): VisitPlan | undefined {
  const read = /^([a-z-]+) ((?:in \d+ days?|today) at \d+:\d\d)(?:, payer (.+))?$/.exec(words);
  if (read === null) return undefined;
  const [, type = '', at = '', payer] = read;
  return { type, at, ...(payer === undefined ? {} : { payer }), free: free.split('; ').filter((each) => each !== '') };
}

function readPerson(words: string): Person {
  const [name = '', language = 'English', child] = words.split(', ');
  return { name, language: languages[language] ?? 'en', child: child === 'a child' };
}

function readChart(lines: readonly string[], done: boolean, asked: boolean): Chart {
  const answers: ChartAnswer[] = [];
  const staff: string[] = [];
  const visits: string[] = [];
  const slots: string[] = [];
  const needs: string[] = [];
  let response = done ? 'completed' : 'none';
  let task = done ? 'completed' : asked ? 'accepted' : 'none';
  for (const line of lines) {
    const [, name = '', rest = ''] = /^\s+(response|task|staff): (.*)$/.exec(line) ?? [];
    const answer = /^\s+([\w-]+) = (.*?)(?: \(before: (.*)\))?(?: \[([a-z-]+)\])?$/.exec(line);
    const visit = /^\s+((?:[A-Z]\w+'s )?visit: .*)$/.exec(line);
    const slot = /^\s+slot (.*)$/.exec(line);
    const need = /^\s+([\w-]+: (?:requested|in-progress|completed|cancelled|failed)(?: \(.*\))?)$/.exec(line);
    if (name === 'response') response = rest;
    else if (name === 'task') task = rest;
    else if (name === 'staff') staff.push(rest);
    else if (visit !== null) visits.push(visit[1] ?? '');
    else if (slot !== null) slots.push(slot[1] ?? '');
    else if (need !== null) needs.push(need[1] ?? '');
    else if (answer !== null) {
      const [, linkId = '', value = '', before, channel] = answer;
      answers.push({
        linkId,
        value,
        ...(before === undefined ? {} : { before }),
        ...(channel === undefined ? {} : { channel }),
      });
    } else throw new Error(`This line of a chart is not understood: ${line}`);
  }
  return { answers, staff, response, task, visits, slots, needs };
}
