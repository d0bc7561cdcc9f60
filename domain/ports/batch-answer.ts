/**
 * What a consumer answers for a batch that its queue gave it: which messages failed, as Lambda reads it for SQS, and which were not
 * tried at all because the time was not right for any of this queue (a rate is used up).
 *
 * What waits has not failed: it costs none of the attempts after which a message goes to the dead letters, and until then the queue
 * gives out nothing else either, since that would only come back as well.
 */
export interface BatchAnswer {
  readonly batchItemFailures: { readonly itemIdentifier: string }[];
  readonly waiting?: {
    /** ISO instant. */
    readonly until: string;
    readonly items: readonly { readonly itemIdentifier: string }[];
  };
}
