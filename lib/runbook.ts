/**
 * The headings of docs/runbook.md that alarms link to. An alarm can only be made with one of them, so that whoever is woken
 * finds what to do; a test compares the list with the page.
 */
export const runbookHeadings = {
  'texts-not-answered': 'Texts not answered',
  'calls-not-answered': 'Calls not answered',
  'pages-not-answered': 'Pages not answered',
  'ehr-notifications-refused': 'EHR notifications refused',
  'cards-slow-or-failing': 'Cards slow or failing',
  'relay-behind': 'Relay behind',
  'relay-gave-up': 'Relay gave up',
  'dead-letters': 'Dead letters',
  'chart-behind': 'Chart behind',
  'texts-not-sent': 'Texts not sent',
  'nurse-not-reached': 'Nurse not reached',
  'sweep-failing': 'Sweep failing',
  'worker-failing': 'Worker failing',
  'functions-throttled': 'Functions throttled',
  'api-failing': 'API failing',
  'signatures-invalid': 'Signatures invalid',
  quarantine: 'Quarantine',
} as const;

export type RunbookHeading = keyof typeof runbookHeadings;

/** Where in the repository the heading is read. */
export function runbookLink(heading: RunbookHeading): string {
  return `docs/runbook.md#${heading}`;
}
