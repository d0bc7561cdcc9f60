import type { Kinds } from './kinds.ts';
import type { SlotOffer } from './slot.ts';

/** A free time with what is needed to judge whether it suits somebody. */
export interface OpenTime extends SlotOffer {
  /** The Schedule's id. */
  readonly schedule?: string;
  readonly kinds: Kinds;
  /** Where it is: its Locations and what these are part of, by id. Empty where nothing says. */
  readonly sites: readonly string[];
  /** Everybody whose time it is, by id. */
  readonly practitioners: readonly string[];
}

/** A place as a visit names it, with all that it is part of. */
export interface Site {
  readonly location: string;
  readonly within: readonly string[];
}

/** Whether a time is at the visit's place: in it, around it, or where nobody has said. */
export function isAt(time: Pick<OpenTime, 'sites' | 'location'>, site: Site | undefined): boolean {
  if (site === undefined || time.sites.length === 0) return true;
  return time.sites.includes(site.location) || (time.location !== undefined && site.within.includes(time.location));
}

/** What is offered of a time, without what it was judged by. */
export function offerOf({ slot, start, end, location, practitioner }: OpenTime): SlotOffer {
  return {
    slot,
    start,
    end,
    ...(location === undefined ? {} : { location }),
    ...(practitioner === undefined ? {} : { practitioner }),
  };
}
