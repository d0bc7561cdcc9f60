import type { Effect } from '../../domain/conversation/effects.ts';
import type { StoryView } from '../../domain/story/story.ts';
import { type HttpRequest, type HttpResponse, html } from '../../edge/http/http.ts';
import { type HttpHandler, httpHandler } from '../../edge/http/http-handler.ts';
import { takeForm } from '../../edge/page/take-form.ts';
import { renderBillingPage } from '../../web/desk/billing-page.ts';
import { renderDeskPage } from '../../web/desk/desk-page.ts';
import { pageHeaders } from '../../web/document.ts';
import { act, actIn } from './acting.ts';
import type { DeskOpenedDeps } from './dependencies.ts';
import { type DeskNotice, deskView } from './desk-view.ts';
import { deskOpened } from './environment.ts';
import { fileView } from './file-view.ts';
import { refuse } from './refusing.ts';
import { beginSignIn, finishSignIn, type Session, sessionIn } from './signing-in.ts';

/**
 * The desk page, opened from the chart: who sits there is proved by the EHR (SMART launch, PKCE), which patient it is comes sealed from
 * the card or from the launch. The clerk sees what was told, enters the answer to the waiting question in the patient's name, and settles
 * what the visit needs; billing reads what registration has confirmed.
 */
export function createHandler(deps: DeskOpenedDeps): HttpHandler {
  return httpHandler(deskOpened, deps.log, async (request) => {
    if (request.path.endsWith('/signed-in')) return finishSignIn(deps, request);
    const session = sessionIn(deps, request);
    const patient = patientIn(deps, request);
    // A launch from the chart always proves anew who sits there, and for whom.
    if (request.method === 'GET' && (session === undefined || request.query.has('launch') || request.query.has('iss')))
      return beginSignIn(deps, request, patient);
    if (session === undefined) return refuse(deps, request, 'sign-in');
    if (patient === undefined) return refuse(deps, request, 'no-patient');
    const view = await deps.store.story(patient);
    if (view === undefined) return refuse(deps, request, 'nothing-known');
    if (request.path.endsWith('/billing')) return showBilling(deps, session, view);
    return request.method === 'POST' ? enter(deps, request, session, view) : show(deps, request, session, view);
  });
}

/** Whom the page is for: sealed in the card's link, readable nowhere. */
function patientIn(deps: DeskOpenedDeps, request: HttpRequest): string | undefined {
  const opened = deps.seals.open('desk', request.query.get('for') ?? '', deps.clock.now());
  const story = opened.is === 'open' ? opened.content.story : undefined;
  return typeof story === 'string' ? story : undefined;
}

async function enter(
  deps: DeskOpenedDeps,
  request: HttpRequest,
  session: Session,
  view: StoryView,
): Promise<HttpResponse> {
  // A form of another site could ride on the clerk's session: browsers say where a form comes from.
  const origin = request.header('origin');
  if (origin !== undefined && origin !== 'null' && origin !== new URL(deps.publicUrl).origin) {
    return refuse(deps, request, 'foreign-form');
  }
  const asked = actIn(request.body);
  if (asked === 'unreadable') return refuse(deps, request, 'form-unreadable');
  if (asked !== undefined) {
    const done = await act(deps, session, view, asked);
    return show(deps, request, session, done.view, [], done.notices);
  }
  const taken = await takeForm(deps, request, view, { channel: 'desk', enteredBy: session.user });
  return show(deps, request, session, taken.view, taken.effects);
}

async function show(
  deps: DeskOpenedDeps,
  request: HttpRequest,
  session: Session,
  view: StoryView,
  effects: readonly Effect[] = [],
  notices: readonly DeskNotice[] = [],
): Promise<HttpResponse> {
  const billing = `/staff/billing?for=${encodeURIComponent(request.query.get('for') ?? '')}`;
  return html(200, renderDeskPage(await deskView(deps, session, view, { effects, notices, billing })), pageHeaders());
}

/** What billing needs and no more: identity and coverage, only to be read. */
function showBilling(deps: DeskOpenedDeps, session: Session, { story }: StoryView): HttpResponse {
  const page = renderBillingPage({
    clinicName: deps.clinic.name,
    clerk: session.name ?? session.user,
    patient: { name: story.person.firstName },
    file: fileView(deps, story),
  });
  return html(200, page, pageHeaders());
}
