/** One text between the clinic and a patient, as the phone shows it. */
export interface Said {
  readonly patient: string;
  readonly from: 'clinic' | 'patient';
  readonly body: string;
  /** ISO instant. */
  readonly at: string;
}

export interface VisitEnd {
  readonly patient: string;
  /** The Appointment's status at the end. */
  readonly status: string;
  /** Whether its time had passed by then. */
  readonly past: boolean;
}

/** What patients got, over all visits. */
export interface Report {
  readonly visits: number;
  readonly byStatus: Readonly<Record<string, number>>;
  readonly messages: number;
  readonly messagesPerVisit: { readonly mean: number; readonly most: number };
  /** Visits whose time has passed, and of which the EHR still says that they are to come. */
  readonly leftOpen: number;
  /** Patients who had a visit and heard nothing at all. */
  readonly heardNothing: number;
  /** The longest time somebody who wrote waited for words of ours, in seconds. */
  readonly longestSilenceSeconds: number;
  /** The same text, word for word, sent to the same patient again without anything of theirs in between. */
  readonly toldTwice: number;
  /** Some of those, as they stand on the phones. */
  readonly twice: readonly string[];
  /** Texts between 9 in the evening and 8 in the morning, in the clinic's zone. */
  readonly atNight: number;
}

/** Counts what the phones show. Pure. */
export function reportOf(visits: readonly VisitEnd[], said: readonly Said[], timeZone: string): Report {
  const byPatient = Map.groupBy(said, ({ patient }) => patient);
  const ours = said.filter(({ from }) => from === 'clinic');
  const counts = visits.map(
    ({ patient }) => (byPatient.get(patient) ?? []).filter(({ from }) => from === 'clinic').length,
  );
  const repeated = [...byPatient.values()].flatMap(toldTwice);
  const byStatus: Record<string, number> = {};
  for (const { status } of visits) byStatus[status] = (byStatus[status] ?? 0) + 1;
  return {
    visits: visits.length,
    byStatus,
    messages: ours.length,
    messagesPerVisit: {
      mean: counts.length === 0 ? 0 : Math.round((10 * sum(counts)) / counts.length) / 10,
      most: Math.max(0, ...counts),
    },
    leftOpen: visits.filter(({ status, past }) => past && (status === 'booked' || status === 'arrived')).length,
    heardNothing: counts.filter((count) => count === 0).length,
    longestSilenceSeconds: Math.max(0, ...[...byPatient.values()].map(longestSilence)),
    toldTwice: repeated.length,
    twice: repeated.slice(0, 5),
    atNight: ours.filter(({ at }) => isNight(at, timeZone)).length,
  };
}

function longestSilence(said: readonly Said[]): number {
  const inOrder = [...said].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  let longest = 0;
  for (const [index, { from, at }] of inOrder.entries()) {
    if (from !== 'patient') continue;
    const answer = inOrder.slice(index + 1).find((each) => each.from === 'clinic');
    // Whoever is never answered waits for ever; the end of the play stands for that.
    const until = answer?.at ?? inOrder.at(-1)?.at ?? at;
    longest = Math.max(longest, (Date.parse(until) - Date.parse(at)) / 1000, answer === undefined ? 86_400 : 0);
  }
  return longest;
}

function toldTwice(said: readonly Said[]): readonly string[] {
  const inOrder = [...said].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const twice: string[] = [];
  let since = new Set<string>();
  for (const { from, body } of inOrder) {
    if (from === 'patient') since = new Set();
    else if (since.has(body)) twice.push(body);
    else since.add(body);
  }
  return twice;
}

function isNight(at: string, timeZone: string): boolean {
  const hour = Number(
    new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', hourCycle: 'h23' }).format(new Date(at)),
  );
  return hour >= 21 || hour < 8;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** The report as lines for a terminal or a page. */
export function reportLines(report: Report): readonly string[] {
  const {
    visits,
    byStatus,
    messages,
    messagesPerVisit,
    heardNothing,
    longestSilenceSeconds,
    toldTwice: twice,
  } = report;
  const states = Object.entries(byStatus)
    .sort()
    .map(([status, count]) => `${count} ${status}`)
    .join(', ');
  return [
    `${visits} visits: ${states}`,
    `${messages} texts to patients: ${messagesPerVisit.mean} a visit, ${messagesPerVisit.most} at most`,
    `heard nothing: ${heardNothing}`,
    `longest silence after a patient wrote: ${longestSilenceSeconds} s`,
    `told twice: ${twice}`,
    ...report.twice.map((words) => `told twice, such as: ${words}`),
    `texts at night: ${report.atNight}`,
  ];
}
