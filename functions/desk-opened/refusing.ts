import { type HttpRequest, type HttpResponse, html, problem } from '../../edge/http/http.ts';
import { renderStaffMessage } from '../../web/desk/desk-page.ts';
import { pageHeaders } from '../../web/document.ts';
import type { DeskOpenedDeps } from './dependencies.ts';

const refusals = {
  'sign-in': [401, 'You are signed out', 'Open this page again from the chart. What you typed was not saved.'],
  'no-patient': [400, 'No patient was named', 'Open this page from the card in the patient’s chart.'],
  'nothing-known': [404, 'Nothing is known of this patient', 'No text, call or form of theirs has reached us yet.'],
  'foreign-form': [
    403,
    'This form did not come from the desk page',
    'Open the page from the chart and enter the answer there.',
  ],
  'form-unreadable': [
    400,
    'This form could not be read',
    'Nothing was saved. Open the page from the chart and try again.',
  ],
  'unknown-ehr': [403, 'This EHR is not ours', 'Open the desk page from the chart of the clinic’s own EHR.'],
  'sign-in-failed': [400, 'Signing in did not work', 'Open the desk page again from the card in the chart.'],
  'sign-in-refused': [
    403,
    'The EHR did not confirm who you are',
    'Only staff of the clinic may open the desk page. Sign in to the EHR and open it again.',
  ],
} as const satisfies Record<string, readonly [number, string, string]>;

/** A refusal that tells what to do: as a page to a person's browser, as problem+json to anything else. */
export function refuse(deps: DeskOpenedDeps, request: HttpRequest, why: keyof typeof refusals): HttpResponse {
  const [status, title, detail] = refusals[why];
  if (!(request.header('accept') ?? '').includes('text/html')) return problem(status, why, title, detail);
  return html(status, renderStaffMessage({ clinicName: deps.clinic.name, words: [title, detail] }), pageHeaders());
}
