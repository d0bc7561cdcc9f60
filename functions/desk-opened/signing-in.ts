import { type HttpRequest, type HttpResponse, seeOther } from '../../edge/http/http.ts';
import type { DeskOpenedDeps } from './dependencies.ts';
import { refuse } from './refusing.ts';

/** Who is signed in, sealed in a cookie. */
export interface Session {
  /** A reference such as Practitioner/1. */
  readonly user: string;
  readonly name?: string;
}

const launchMinutes = 10;
const sessionMinutes = 60;
const minute = 60_000;

export function sessionIn(deps: DeskOpenedDeps, request: HttpRequest): Session | undefined {
  const opened = deps.seals.open('session', request.cookies.told_once_desk ?? '', deps.clock.now());
  if (opened.is !== 'open') return undefined;
  const { user, name } = opened.content;
  return typeof user === 'string' ? { user, ...(typeof name === 'string' ? { name } : {}) } : undefined;
}

/** Sends the browser to the EHR to say who sits there; what belongs to this browser alone goes along sealed in a cookie. */
export async function beginSignIn(
  deps: DeskOpenedDeps,
  request: HttpRequest,
  patient: string | undefined,
): Promise<HttpResponse> {
  const launch = request.query.get('launch');
  const begun = await deps.smart.begin({
    iss: request.query.get('iss') ?? deps.ehr,
    ...(launch === null ? {} : { launch }),
  });
  if (begun.is === 'refused') return refuse(deps, request, 'unknown-ehr');
  const content = {
    state: begun.state,
    verifier: begun.verifier,
    page: request.path.endsWith('/billing') ? 'billing' : 'desk',
    ...(patient === undefined ? {} : { patient }),
  };
  const sealed = deps.seals.seal('launch', content, new Date(deps.clock.now().getTime() + launchMinutes * minute));
  return seeOther(begun.redirectTo, [cookie(deps, 'told_once_launch', sealed, launchMinutes * 60)]);
}

/** The EHR has said who it is. The patient whose chart was open wins over the one the link named. */
export async function finishSignIn(deps: DeskOpenedDeps, request: HttpRequest): Promise<HttpResponse> {
  const opened = deps.seals.open('launch', request.cookies.told_once_launch ?? '', deps.clock.now());
  const { state, verifier, page, patient: named } = opened.is === 'open' ? opened.content : {};
  const code = request.query.get('code');
  if (
    typeof state !== 'string' ||
    typeof verifier !== 'string' ||
    code === null ||
    request.query.get('state') !== state
  ) {
    return refuse(deps, request, 'sign-in-failed');
  }
  const finished = await deps.smart.finish({ code, verifier, redirectUri: `${deps.publicUrl}/staff/signed-in` });
  if (finished.is === 'refused') return refuse(deps, request, 'sign-in-refused');
  const patient = finished.patient ?? (typeof named === 'string' ? named : undefined);
  if (patient === undefined) return refuse(deps, request, 'no-patient');
  const now = deps.clock.now().getTime();
  const session = { user: finished.user, ...(finished.name === undefined ? {} : { name: finished.name }) };
  const sealed = deps.seals.seal('session', session, new Date(now + sessionMinutes * minute));
  const forWhom = deps.seals.seal('desk', { story: patient }, new Date(now + 24 * 60 * minute));
  return seeOther(`${deps.publicUrl}/staff/${page === 'billing' ? 'billing' : 'desk'}?for=${forWhom}`, [
    cookie(deps, 'told_once_desk', sealed, sessionMinutes * 60),
    cookie(deps, 'told_once_launch', '', 0),
  ]);
}

function cookie(deps: DeskOpenedDeps, name: string, value: string, maxAge: number): string {
  const secure = deps.publicUrl.startsWith('https:') ? '; Secure' : '';
  return `${name}=${value}; Path=/staff; HttpOnly; SameSite=Lax; Max-Age=${maxAge}${secure}`;
}
