import { cdsHookCalled } from './cds-hook-called/environment.ts';
import { chartChanged } from './chart-changed/environment.ts';
import { chartDue } from './chart-due/environment.ts';
import { clinicRunsLate } from './clinic-runs-late/environment.ts';
import { clinicSwept } from './clinic-swept/environment.ts';
import { deskOpened } from './desk-opened/environment.ts';
import { ehrNotified } from './ehr-notified/environment.ts';
import type { FunctionSpec } from './function-spec.ts';
import { healthAsked } from './health-asked/environment.ts';
import { hl7Received } from './hl7-received/environment.ts';
import { mediaReceived } from './media-received/environment.ts';
import { messageDue } from './message-due/environment.ts';
import { messageStatusChanged } from './message-status-changed/environment.ts';
import { operatorAsked } from './operator-asked/environment.ts';
import { outboxRelayed } from './outbox-relayed/environment.ts';
import { pageOpened } from './page-opened/environment.ts';
import { personNeeded } from './person-needed/environment.ts';
import { phoneFreed } from './phone-freed/environment.ts';
import { replyOverdue } from './reply-overdue/environment.ts';
import { schedulingAsked } from './scheduling-asked/environment.ts';
import { smsReceived } from './sms-received/environment.ts';
import { timeCame } from './time-came/environment.ts';
import { voiceTurnTaken } from './voice-turn-taken/environment.ts';

/** Every Lambda there is. Read by CDK and by the local host. */
export const functions = [
  smsReceived,
  messageStatusChanged,
  voiceTurnTaken,
  pageOpened,
  deskOpened,
  ehrNotified,
  cdsHookCalled,
  healthAsked,
  outboxRelayed,
  chartChanged,
  hl7Received,
  chartDue,
  messageDue,
  replyOverdue,
  personNeeded,
  mediaReceived,
  phoneFreed,
  timeCame,
  schedulingAsked,
  clinicRunsLate,
  clinicSwept,
  operatorAsked,
] as const satisfies readonly FunctionSpec[];

export type FunctionName = (typeof functions)[number]['name'];
