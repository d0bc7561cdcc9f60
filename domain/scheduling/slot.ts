/** A free time as it can be offered and taken. */
export interface SlotOffer {
  /** The Slot's id. */
  readonly slot: string;
  /** ISO instants. */
  readonly start: string;
  readonly end: string;
  /** Ids, where its Schedule names them. */
  readonly location?: string;
  readonly practitioner?: string;
}

/** When it would suit, as read from "Tuesday after 3". All that is absent does not matter. Local to the clinic. */
export interface TimeWish {
  /** 1 Monday … 7 Sunday. */
  readonly weekdays?: readonly number[];
  /** `HH:MM`. */
  readonly after?: string;
  readonly before?: string;
  /** ISO dates, both inclusive. */
  readonly from?: string;
  readonly until?: string;
}
